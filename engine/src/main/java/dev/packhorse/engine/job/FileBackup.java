package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.EarlierArchive;
import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.gzip.DamagedSourceException;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Packs an account into one archive file of the backup directory, with its index and manifest.
final class FileBackup {
    private final PackingPlant plant;
    private final PackingHooks hooks;
    private final String label;

    FileBackup(PackingPlant plant, PackingHooks hooks) {
        this(plant, hooks, "");
    }

    /// @param label what somebody calls the backup, empty for nothing
    FileBackup(PackingPlant plant, PackingHooks hooks, String label) {
        this.plant = plant;
        this.hooks = hooks;
        this.label = label;
    }

    /// Packs and publishes. Takes over what has not changed since the archive before; one that
    /// turns out to be damaged is left alone, and everything is packed anew.
    ///
    /// @throws ComponentException if a module could not pack its data
    /// @throws IOException if the archive cannot be written, or the run was cancelled
    AccountArchiver.Archived intoDirectory(
            PackContext context,
            BackupDirectory directory,
            ObjectKey key,
            Packing packing,
            boolean indexed,
            JobId job,
            BiConsumer<Long, Long> progress)
            throws ComponentException, IOException {
        Run run = new Run(context, directory, key, packing, indexed, job, progress);
        Optional<EarlierArchives.Opened> found =
                plant.reuse()
                        ? new EarlierArchives(plant.mac(), plant.unsound(), context.log()::warn)
                                .newest(directory, context.account().name(), packing.suffix())
                        : Optional.empty();
        if (found.isPresent()) {
            try (EarlierArchives.Opened earlier = found.get()) {
                return pack(run, Optional.of(earlier.archive()));
            } catch (DamagedSourceException e) {
                context.log().warn(found.get().givenUp(e));
            }
        }
        return pack(run, Optional.empty());
    }

    private record Run(
            PackContext context,
            BackupDirectory directory,
            ObjectKey key,
            Packing packing,
            boolean indexed,
            JobId job,
            BiConsumer<Long, Long> progress) {}

    private AccountArchiver.Archived pack(Run run, Optional<EarlierArchive> earlier)
            throws ComponentException, IOException {
        AccountName name = run.context().account().name();
        try (BackupDirectory.Pending pending = run.directory().begin(run.key(), run.job())) {
            var archived =
                    plant.archiver(hooks)
                            .archive(
                                    run.context(),
                                    pending.file(),
                                    run.indexed() ? Optional.of(pending.index()) : Optional.empty(),
                                    earlier,
                                    name.value(),
                                    plant.clock().instant().getEpochSecond(),
                                    run.packing(),
                                    run.progress());
            pending.publish(plant.manifest(name, run.key().name(), label, archived));
            return archived;
        }
    }
}
