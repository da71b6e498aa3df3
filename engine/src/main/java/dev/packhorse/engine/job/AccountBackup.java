package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.plan.Plan;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Makes the archive of one account: a file or a tree in the backup directory, or a stream to a
/// destination. Safe for many threads.
///
/// @param streaming chooses what is streamed; empty for nothing
record AccountBackup(PackingPlant plant, ServerBackups backups, Optional<Streaming> streaming) {
    /// Where the archive of a job is streamed to, open; empty if it goes by way of a file.
    Optional<StreamTarget> streamTarget(Job job, BackupArguments arguments, BackupConfig config)
            throws IOException {
        if (streaming.isEmpty() || !streaming.get().mayApply(config, arguments)) {
            return Optional.empty();
        }
        Optional<Account> account =
                plant.services().accounts().find(new AccountName(arguments.account()));
        if (account.isEmpty()) {
            return Optional.empty();
        }
        Optional<Plan> plan = backups.plans().choose(account.get()).map(AccountPlans.Chosen::plan);
        return streaming.get().choose(plant, config, job, arguments, plan, key(arguments, config));
    }

    /// The archive's key in the first of its calendars.
    ObjectKey key(BackupArguments arguments, BackupConfig config) {
        return BackupDirectory.archiveKey(
                arguments.tiers().getFirst(),
                SlotName.parse(arguments.date()),
                new AccountName(arguments.account()),
                suffix(BackupContents.form(config)));
    }

    /// Packs and publishes.
    ///
    /// @throws ComponentException if a module could not pack its data
    /// @throws IOException if the archive cannot be made, or the run was cancelled
    AccountArchiver.Archived archive(
            BackupTask task, PackContext context, BackupDirectory directory, ObjectKey key)
            throws ComponentException, IOException {
        ArchiveForm form = task.form();
        PackingHooks hooks =
                plant.hooks(
                        context,
                        new PackingHooks.Form(true, form == ArchiveForm.INCREMENTAL, false));
        String label = task.arguments().label();
        boolean indexed = !task.config().isOn(ConfigKey.DISABLE_METADATA);
        PackTeller teller =
                new PackTeller(
                        task.context(),
                        ExpectedContent.of(directory, task.account(), suffix(form)),
                        task.session());
        AccountArchiver.Archived archived;
        if (task.target().isPresent()) {
            archived =
                    new StreamBackup(
                                    plant,
                                    hooks,
                                    label,
                                    task.target().get(),
                                    streaming.orElseThrow().watching())
                            .run(context, packing(form), indexed, teller);
        } else {
            plant.staging().requireSpace(directory.root(), previousSize(directory, key));
            archived =
                    form == ArchiveForm.INCREMENTAL
                            ? new TreeBackup(plant, hooks, label)
                                    .intoDirectory(
                                            context,
                                            directory,
                                            key,
                                            task.job().id(),
                                            task.config().isOn(ConfigKey.LINKDEST),
                                            teller)
                            : new FileBackup(plant, hooks, label)
                                    .intoDirectory(
                                            context,
                                            directory,
                                            key,
                                            packing(form),
                                            indexed,
                                            task.job().id(),
                                            teller);
        }
        String where =
                task.target()
                        .map(StreamTarget::place)
                        .orElseGet(() -> directory.place(key).toString());
        plant.logTotals(task.log(), where, archived);
        return archived;
    }

    private Packing packing(ArchiveForm form) {
        return plant.packing(form == ArchiveForm.COMPRESSED);
    }

    private String suffix(ArchiveForm form) {
        return form == ArchiveForm.INCREMENTAL ? "" : packing(form).suffix();
    }

    /// The archive that is there is the best guess at the size of the next. Nobody knows how much
    /// of a tree will be new.
    private static long previousSize(BackupDirectory directory, ObjectKey key) throws IOException {
        Path archive = directory.place(key);
        return Files.isRegularFile(archive) ? Files.size(archive) : 0;
    }
}
