package dev.packhorse.engine.job;

import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.BackupSwitch;
import dev.packhorse.engine.host.BackupSwitches;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts one backup switch of every account. An account whose file is damaged is told of and the
/// others are done. A killed run begins again: what stands right is not written twice.
public final class SwitchHandler implements JobHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SwitchHandler.class);
    private static final int MAX_NAMED = 20;

    private final AccountDirectory accounts;
    private final BackupSwitches switches;

    public SwitchHandler(AccountDirectory accounts, BackupSwitches switches) {
        this.accounts = accounts;
        this.switches = switches;
    }

    @Override
    public JobKind kind() {
        return JobKind.SWITCH_ACCOUNTS;
    }

    @Override
    public Ended run(JobContext context) throws IOException {
        SwitchArguments arguments =
                JobJson.read(context.lease().job().request().arguments(), SwitchArguments.class);
        BackupSwitch which = arguments.legacy() ? BackupSwitch.LEGACY : BackupSwitch.BACKUP;
        List<AccountName> names = accounts.names();
        List<String> failed = new ArrayList<>();
        SwitchProgress progress = new SwitchProgress(0, names.size(), 0);
        for (AccountName name : names) {
            if (context.cancellation().isRequested()) {
                return Ended.with(stopped(context, progress));
            }
            put(name, which, arguments.on(), failed);
            progress = new SwitchProgress(progress.done() + 1, names.size(), failed.size());
            context.progress(JobJson.write(progress));
        }
        return Ended.with(outcome(progress, failed));
    }

    private void put(AccountName name, BackupSwitch which, boolean on, List<String> failed) {
        try {
            switches.set(name, which, on);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("account", name)
                    .setCause(e)
                    .log("the backup switch of an account could not be put");
            failed.add(name.value());
        }
    }

    private static JobOutcome stopped(JobContext context, SwitchProgress progress) {
        return context.isStopping()
                ? new JobOutcome.HandedBack()
                : new JobOutcome.Cancelled(JobJson.write(progress));
    }

    private static JobOutcome outcome(SwitchProgress progress, List<String> failed) {
        String json = JobJson.write(progress);
        if (failed.isEmpty()) {
            return new JobOutcome.Succeeded(json);
        }
        List<String> named = failed.subList(0, Math.min(MAX_NAMED, failed.size()));
        String more = failed.size() > named.size() ? " and others" : "";
        return new JobOutcome.Partial(
                json, "the switch could not be put for " + String.join(", ", named) + more);
    }
}
