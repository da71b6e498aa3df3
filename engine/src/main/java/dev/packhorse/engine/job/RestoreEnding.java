package dev.packhorse.engine.job;

import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.account.AccountClosure;
import dev.packhorse.engine.component.home.HomeLeftovers;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.session.TransferSessionLog;
import java.io.IOException;

/// What becomes of that which outlives the tries of a restore when no further try follows. What
/// cannot be removed is told in the log and does not change how the restore ended; housekeeping
/// tries again.
record RestoreEnding(
        RestoreHandler.Parts parts,
        JobContext context,
        RestoreArguments arguments,
        TransferSessionLog log) {
    /// Does nothing if another try follows.
    void settle(JobOutcome outcome) {
        if (isEnd(outcome)) {
            takeAwayHome();
            openAccount();
            settleDownload(outcome);
        }
    }

    private static boolean isEnd(JobOutcome outcome) {
        return switch (outcome) {
            case JobOutcome.Succeeded _,
                    JobOutcome.Partial _,
                    JobOutcome.Failed _,
                    JobOutcome.Superseded _,
                    JobOutcome.Cancelled _ ->
                    true;
            case JobOutcome.HandedBack _, JobOutcome.RetryAfter _, JobOutcome.Snoozed _ -> false;
        };
    }

    private JobId job() {
        return context.lease().job().id();
    }

    /// A try that ends before it comes to the home cannot take away by itself what a killed one has
    /// made there.
    private void takeAwayHome() {
        String home = Components.HOMEDIR.value();
        if (ModuleRun.hasEnded(context.lease().job().resumeMark(), home)) {
            return;
        }
        try {
            HomeLeftovers.takeAway(
                    parts.services(),
                    new AccountName(arguments.account()),
                    KeptProgress.folder(parts.staging().ofJob(job()), home),
                    log.text());
        } catch (ComponentException | IOException e) {
            log.text()
                    .warn(
                            "what an earlier try had made in the home could not be taken away: "
                                    + e.getMessage());
        }
    }

    /// That no module is missing any more, or none will follow. A plan has closed nothing.
    private void openAccount() {
        if (!arguments.scope().planOnly()) {
            AccountClosure closure =
                    AccountClosure.of(parts.services(), new AccountName(arguments.account()));
            parts.limits()
                    .flatMap(limits -> ClosedAccount.open(closure, limits))
                    .ifPresent(log.text()::warn);
        }
    }

    /// What a plan has fetched is left to the restore that follows it, anything else goes.
    private void settleDownload(JobOutcome outcome) {
        boolean planned = arguments.scope().planOnly() && outcome instanceof JobOutcome.Succeeded;
        try {
            if (planned) {
                parts.staging().leaveOfJob(job());
            } else {
                parts.staging().removeOfJob(job());
            }
        } catch (IOException e) {
            log.text().warn("the archive that was fetched could not be removed: " + e.getMessage());
        }
    }
}
