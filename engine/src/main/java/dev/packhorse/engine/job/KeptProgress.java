package dev.packhorse.engine.job;

import dev.packhorse.engine.component.ModuleProgress;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How far one module of a restore is, in the job's mark, and its files beside the job's download.
/// One thread.
final class KeptProgress implements ModuleProgress {
    private final JobContext job;
    private final Path kept;
    private final String module;
    private final RestoreJournal now;
    private final RestoreJournal before;
    private final RestoreTeller teller;
    private @Nullable LeaseLostException lost;

    /// @param kept a folder for root alone that stays until the job ends, made if it is needed
    /// @param now what is kept of the modules that have ended
    /// @param before what the earlier runs have kept
    /// @param teller learns how much is back
    KeptProgress(
            JobContext job,
            Path kept,
            String module,
            RestoreJournal now,
            RestoreJournal before,
            RestoreTeller teller) {
        this.job = job;
        this.kept = kept;
        this.module = module;
        this.now = now;
        this.before = before;
        this.teller = teller;
    }

    /// Where the files of a module lie.
    static Path folder(Path kept, String module) {
        return kept.resolve(module);
    }

    @Override
    public Optional<String> before() {
        return before.within().equals(module) ? Optional.of(before.state()) : Optional.empty();
    }

    @Override
    public void reached(String state) throws IOException {
        if (lost != null) {
            return;
        }
        try {
            job.mark(Optional.of(now.at(module, state).text()));
        } catch (LeaseLostException e) {
            lost = e;
            throw new CancelledException("the job is another worker's by now");
        }
    }

    @Override
    public Optional<Path> folder() throws IOException {
        return Optional.of(
                Files.createDirectories(folder(kept, module), BackupDirectory.FOLDER_MODE));
    }

    @Override
    public void restored(long bytes) {
        teller.restored(bytes);
    }

    @Override
    public boolean goesOnLater() {
        return lost != null || job.isStopping();
    }

    /// @throws LeaseLostException if it was found that the job is another worker's
    void requireLease() throws LeaseLostException {
        if (lost != null) {
            throw lost;
        }
    }
}
