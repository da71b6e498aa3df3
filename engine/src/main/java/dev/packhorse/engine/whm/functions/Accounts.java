package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The accounts as a caller may see them: root sees all, a reseller its own account and those it
/// owns. Safe for many threads.
public final class Accounts {
    private final AccountDirectory directory;

    public Accounts(AccountDirectory directory) {
        this.directory = directory;
    }

    /// What a caller may see.
    ///
    /// @param accounts the accounts, by name
    /// @param problems a sentence for each account whose description is damaged
    public record Visible(List<Account> accounts, List<String> problems) {
        public Visible {
            accounts = List.copyOf(accounts);
            problems = List.copyOf(problems);
        }
    }

    /// The accounts that a caller may see. A damaged description hides only its own account.
    ///
    /// @throws WhmException if the accounts cannot be read at all
    public Visible visibleTo(Caller caller) throws WhmException {
        List<Account> accounts = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        AccountDirectory now = directory.atOneMoment();
        for (AccountName name : names()) {
            try {
                now.find(name).filter(account -> mayRead(caller, account)).ifPresent(accounts::add);
            } catch (IOException e) {
                if (caller.isRoot()) {
                    problems.add("account left out: " + e.getMessage());
                }
            }
        }
        return new Visible(accounts, problems);
    }

    /// Tells names that a caller may see from others; accounts that are gone from this server are
    /// root's.
    ///
    /// @throws WhmException if the accounts cannot be read
    public Predicate<String> namesVisibleTo(Caller caller) throws WhmException {
        if (caller.isRoot()) {
            return _ -> true;
        }
        Set<String> names =
                visibleTo(caller).accounts().stream()
                        .map(account -> account.name().value())
                        .collect(Collectors.toUnmodifiableSet());
        return names::contains;
    }

    /// All names of accounts, by name.
    ///
    /// @throws WhmException if they cannot be read
    public List<AccountName> names() throws WhmException {
        try {
            return directory.names();
        } catch (IOException e) {
            throw Text.failed("The accounts of this server cannot be read", e);
        }
    }

    /// One account, empty if there is none.
    ///
    /// @throws WhmException if its description cannot be read
    public Optional<Account> find(AccountName name) throws WhmException {
        try {
            return directory.find(name);
        } catch (IOException e) {
            throw Text.failed("The account " + Text.quoted(name.value()) + " cannot be read", e);
        }
    }

    /// One account.
    ///
    /// @throws WhmException if there is none, or it cannot be read
    public Account require(AccountName name) throws WhmException {
        return find(name).orElseThrow(() -> Text.noUser(name.value()));
    }

    private static boolean mayRead(Caller caller, Account account) {
        return caller.isRoot()
                || account.owner().equals(caller.user())
                || account.name().value().equals(caller.user());
    }
}
