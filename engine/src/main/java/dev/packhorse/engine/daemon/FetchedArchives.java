package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.LocalPathRules;
import dev.packhorse.engine.job.ServerBackups;
import dev.packhorse.engine.staging.JobsPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where what restores fetch is put: the folder that the backup configuration names at the start of
/// the daemon, if archives may lie there.
final class FetchedArchives {
    private static final Logger LOG = LoggerFactory.getLogger(FetchedArchives.class);

    private final ServerBackups backups;
    private final LocalPathRules paths;

    FetchedArchives(ServerBackups backups, LocalPathRules paths) {
        this.backups = backups;
        this.paths = paths;
    }

    /// The place, below the staging area if the named folder cannot be used, which the log tells.
    Path place(Path area) throws IOException {
        try {
            Optional<String> named = backups.config().namedRestoreStaging();
            return JobsPlace.choose(
                    area,
                    named.isPresent() ? Optional.of(paths.check(named.get())) : Optional.empty());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("remote_restore_staging_dir is not used");
            return JobsPlace.choose(area, Optional.empty());
        }
    }
}
