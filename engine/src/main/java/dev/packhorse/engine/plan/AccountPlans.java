package dev.packhorse.engine.plan;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/// The plans of this server, in the order in which they are tried, and which account has which.
/// Safe for many threads.
public final class AccountPlans {
    /// No plans.
    public static final AccountPlans NONE =
            new AccountPlans(List.of(), Optional.empty(), ZoneOffset.UTC);

    private final List<Plan> plans;
    private final Optional<AccountDirectory> accounts;
    private final ZoneId zone;

    /// A plan and why it is an account's.
    public record Chosen(Plan plan, String why) {}

    /// @param zone in which times of day are meant
    public AccountPlans(List<Plan> plans, AccountDirectory accounts, ZoneId zone) {
        this(plans, Optional.of(accounts), zone);
    }

    private AccountPlans(List<Plan> plans, Optional<AccountDirectory> accounts, ZoneId zone) {
        this.plans = List.copyOf(plans);
        this.accounts = accounts;
        this.zone = zone;
    }

    /// All plans, in order.
    public List<Plan> all() {
        return plans;
    }

    /// In which times of day are meant.
    public ZoneId zone() {
        return zone;
    }

    /// The same plans for the accounts as they are now, for going through all of them at once. To
    /// be used for one listing and dropped.
    public AccountPlans atOneMoment() {
        return new AccountPlans(plans, accounts.map(AccountDirectory::atOneMoment), zone);
    }

    /// The first plan that is for the account.
    public Optional<Chosen> choose(Account account) {
        for (Plan plan : plans) {
            Optional<String> why = plan.match().why(account);
            if (why.isPresent()) {
                return Optional.of(new Chosen(plan, why.get()));
            }
        }
        return Optional.empty();
    }

    /// The plan of an account; one that is not on this server has none.
    ///
    /// @throws IOException if the account cannot be read, so that nobody knows; never without plans
    public Optional<Plan> of(AccountName name) throws IOException {
        if (plans.isEmpty() || accounts.isEmpty()) {
            return Optional.empty();
        }
        return accounts.get().find(name).flatMap(this::choose).map(Chosen::plan);
    }
}
