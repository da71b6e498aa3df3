package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.session.FileSessionLog;
import dev.packhorse.engine.session.SessionId;
import java.util.Optional;

/// One BACKUP job as it runs.
///
/// @param target where the archive is streamed to; empty for a file in the backup directory
record BackupTask(
        JobContext context,
        BackupArguments arguments,
        BackupConfig config,
        Optional<StreamTarget> target,
        SessionId session,
        FileSessionLog log) {
    Job job() {
        return context.lease().job();
    }

    AccountName account() {
        return new AccountName(arguments.account());
    }

    ArchiveForm form() {
        return BackupContents.form(config);
    }

    boolean isStreamedTo(DestinationId id) {
        return target.filter(to -> to.destination().id().equals(id)).isPresent();
    }
}
