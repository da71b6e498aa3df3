package dev.packhorse.engine.plan;

import dev.packhorse.engine.host.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which accounts a plan is for: those that every given list has.
///
/// @param accounts names of accounts; empty for any
/// @param packages names of packages; empty for any
/// @param owners names of resellers, or `root`; empty for any
public record PlanMatch(
        List<NamePattern> accounts, List<NamePattern> packages, List<NamePattern> owners) {
    public PlanMatch {
        accounts = List.copyOf(accounts);
        packages = List.copyOf(packages);
        owners = List.copyOf(owners);
        if (accounts.isEmpty() && packages.isEmpty() && owners.isEmpty()) {
            throw new IllegalArgumentException("matches nothing");
        }
    }

    /// Why an account is one of them, in words; empty if it is not.
    public Optional<String> why(Account account) {
        List<String> reasons = new ArrayList<>();
        boolean all =
                check("account", account.name().value(), accounts, reasons)
                        && check("package", packageOf(account), packages, reasons)
                        && check("owner", account.owner(), owners, reasons);
        return all ? Optional.of(String.join(", ", reasons)) : Optional.empty();
    }

    /// The package of an account, as the API shows it.
    public static String packageOf(Account account) {
        return account.setting("PLAN", "undefined");
    }

    private static boolean check(
            String what, String name, List<NamePattern> patterns, List<String> reasons) {
        if (patterns.isEmpty()) {
            return true;
        }
        Optional<NamePattern> found =
                patterns.stream().filter(each -> each.matches(name)).findFirst();
        found.ifPresent(each ->
                reasons.add(
                        each.text().equals(name)
                                ? "%s %s".formatted(what, name)
                                : "%s %s is %s".formatted(what, name, each.text())));
        return found.isPresent();
    }
}
