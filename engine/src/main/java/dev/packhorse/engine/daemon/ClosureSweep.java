package dev.packhorse.engine.daemon;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.account.AccountClosure;
import dev.packhorse.engine.component.account.DiskLimits;
import dev.packhorse.engine.job.OpenRestores;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.DiskQuota;
import dev.packhorse.engine.queue.QueueException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Gives accounts their login and their disk limit back that a restore had closed which will not go
/// on: one that was killed and then cancelled or removed, or that could not give them back itself.
final class ClosureSweep {
    private static final Logger LOG = LoggerFactory.getLogger(ClosureSweep.class);

    /// How long it is tried to give a limit back.
    private static final Duration PATIENCE = Duration.ofDays(1);

    private final OpenRestores restores;
    private final HostServices services;
    private final DiskLimits limits;
    private final InstantSource clock;

    /// When it was last told of an account that something cannot be given back.
    private final Map<AccountName, Instant> told = new HashMap<>();

    ClosureSweep(
            OpenRestores restores, HostServices services, DiskLimits limits, InstantSource clock) {
        this.restores = restores;
        this.services = services;
        this.limits = limits;
        this.clock = clock;
    }

    /// Looks once, on one thread at a time. The queue is asked only if an account is closed. What
    /// goes wrong is tried again at the next look, and told in the log once a day.
    void run() {
        try {
            List<AccountName> closed = AccountClosure.all(services);
            told.keySet().retainAll(closed);
            for (AccountName each : closed) {
                // one that has begun and waits goes on, and gives them back at its end
                if (!restores.isUnderWay(each)) {
                    open(each);
                }
            }
        } catch (IOException | QueueException e) {
            LOG.atWarn().setCause(e).log("accounts that restores closed cannot be looked for");
        }
    }

    private void open(AccountName account) throws IOException {
        AccountClosure closure = AccountClosure.of(services, account);
        try {
            closure.open(limits);
            LOG.atInfo()
                    .addKeyValue("account", account)
                    .log("login and disk limit given back after a restore that did not end");
        } catch (IOException e) {
            Instant now = clock.instant();
            Instant before = told.get(account);
            if (before == null || !now.isBefore(before.plus(PATIENCE))) {
                told.put(account, now);
                tell(account, before == null ? Optional.empty() : closure.giveUpLimit(), e);
            }
        }
    }

    private static void tell(AccountName account, Optional<DiskQuota> lost, IOException cause) {
        LoggingEventBuilder warning = LOG.atWarn().addKeyValue("account", account).setCause(cause);
        if (lost.isPresent()) {
            warning.addKeyValue("limit", lost.get())
                    .log("disk limit not given back after a restore within a day, set it by hand");
        } else {
            warning.log("login or disk limit could not be given back after a restore");
        }
    }
}
