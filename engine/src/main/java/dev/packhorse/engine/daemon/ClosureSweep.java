package dev.packhorse.engine.daemon;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.account.AccountClosure;
import dev.packhorse.engine.component.account.DiskLimits;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.QueueException;
import java.io.IOException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives accounts their login and their disk limit back that a restore had closed which will not go
/// on: one that was killed and then cancelled or removed, or that could not give them back itself.
final class ClosureSweep {
    private static final Logger LOG = LoggerFactory.getLogger(ClosureSweep.class);
    private static final Set<JobState> OPEN = Set.of(JobState.PENDING, JobState.ACTIVE);

    private final JobQueue queue;
    private final HostServices services;
    private final DiskLimits limits;

    ClosureSweep(JobQueue queue, HostServices services, DiskLimits limits) {
        this.queue = queue;
        this.services = services;
        this.limits = limits;
    }

    /// Looks once. What goes wrong is told in the log, and tried again at the next look.
    void run() {
        try {
            for (AccountName each : AccountClosure.all(services)) {
                open(each);
            }
        } catch (IOException | QueueException e) {
            LOG.atWarn().setCause(e).log("accounts that restores closed cannot be looked for");
        }
    }

    private void open(AccountName account) {
        if (isRestored(account)) {
            return;
        }
        try {
            AccountClosure.of(services, account).open(limits);
            LOG.atInfo()
                    .addKeyValue("account", account)
                    .log("login and disk limit given back after a restore that did not end");
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("account", account)
                    .setCause(e)
                    .log("login or disk limit could not be given back after a restore");
        }
    }

    /// One that has begun and waits goes on, and gives them back at its end.
    private boolean isRestored(AccountName account) {
        return queue.list(JobFilter.of(Set.of(JobKind.RESTORE), OPEN)).stream()
                .filter(job -> job.state() == JobState.ACTIVE || job.resumeMark().isPresent())
                .anyMatch(job -> job.request().subject().equals(account.value()));
    }
}
