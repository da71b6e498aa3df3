package dev.packhorse.engine.health;

import dev.packhorse.engine.job.ServerBackups;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file systems that backups need: the backup directory's, and that of the state folder with
/// its staging. Safe for many threads.
public record Places(ServerBackups backups, Path state) {
    private static final Logger LOG = LoggerFactory.getLogger(Places.class);

    /// How much room there is; a place that cannot be looked at is left out.
    public List<Place.Space> spaces() {
        List<Place.Space> spaces = new ArrayList<>();
        try {
            spaces.add(
                    new Place(
                                    "backup directory",
                                    backups.root().resolve(backups.config().directory()))
                            .space());
        } catch (IOException | IllegalArgumentException e) {
            LOG.atDebug().setCause(e).log("the backup directory cannot be looked at");
        }
        try {
            spaces.add(new Place("state folder", state).space());
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the state folder cannot be looked at");
        }
        return List.copyOf(spaces);
    }
}
