package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.AccountSelection;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.plan.Plan;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which accounts a run takes in, and what it makes of each, as accounts, plans and configuration
/// are at one moment. To be used for one look at all accounts and dropped.
///
/// @param accounts at one moment
/// @param plans at one moment
record RunChoice(
        RunArguments arguments,
        AccountDirectory accounts,
        AccountPlans plans,
        AccountSelection selection) {
    private static final Logger LOG = LoggerFactory.getLogger(RunChoice.class);

    /// Why an account is not backed up. One whose description is damaged is backed up: its job then
    /// fails and says why. Who is named in the run is taken in whatever the configuration says.
    Optional<String> leavesOut(AccountName name) {
        if (!arguments.accounts().isEmpty()) {
            return Optional.empty();
        }
        return find(name).flatMap(each -> configLeavesOut(each).or(() -> planLeavesOut(each)));
    }

    /// Whether the account is left out by the calendar or the times of its plan alone, so that
    /// another run takes it in.
    boolean isForAnotherRun(AccountName name) {
        return find(name)
                .filter(each -> configLeavesOut(each).isEmpty())
                .filter(each -> planLeavesOut(each).isPresent())
                .flatMap(plans::choose)
                .filter(chosen -> !chosen.plan().calendars().isEmpty())
                .isPresent();
    }

    private Optional<String> configLeavesOut(Account account) {
        return selection.leavesOut(account.name(), account.suspended(), account.settings());
    }

    private Optional<Account> find(AccountName name) {
        try {
            return accounts.find(name);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("account", name).setCause(e).log("account cannot be read");
            return Optional.empty();
        }
    }

    private Optional<String> planLeavesOut(Account account) {
        return plans.choose(account)
                .map(AccountPlans.Chosen::plan)
                .filter(plan -> tiersOf(plan).isEmpty())
                .map(plan -> "plan " + plan.name() + " takes no part in this run");
    }

    /// What somebody asked for by hand is made, whatever the calendars of plans are.
    private List<Tier> tiersOf(Plan plan) {
        return arguments.manual()
                ? arguments.tiers()
                : plan.tiersOf(SlotName.parse(arguments.date()), arguments.tiers());
    }

    /// Which archives are made of an account that is not left out. One that cannot be read has a
    /// job that fails and says why.
    List<Tier> tiersOf(AccountName name) {
        List<Tier> tiers =
                find(name)
                        .flatMap(plans::choose)
                        .map(chosen -> tiersOf(chosen.plan()))
                        .orElse(arguments.tiers());
        return tiers.isEmpty() ? arguments.tiers() : tiers;
    }
}
