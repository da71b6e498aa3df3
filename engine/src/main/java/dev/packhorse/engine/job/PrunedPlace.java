package dev.packhorse.engine.job;

import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// A place that points are removed from. One thread.
sealed interface PrunedPlace extends AutoCloseable permits LocalPlace, RemotePlace {
    /// What a look at a place found.
    ///
    /// @param archives how many archives of the given points are there
    /// @param missing the points whose archives are not
    record Found(int archives, List<RestorePoint> missing) {
        public Found {
            missing = List.copyOf(missing);
        }
    }

    /// Looks for the archives of these points.
    ///
    /// @throws IOException if the place cannot be looked at: then nothing is known
    Found look(List<RestorePoint> points, Cancellation cancellation) throws IOException;

    /// Until when the place refuses to delete the archive of a point, empty if it does not.
    ///
    /// @throws IOException if it cannot be asked
    Optional<Instant> lockedUntil(RestorePoint point) throws IOException;

    /// Removes manifest, index and archive of a point; what is gone already is success.
    ///
    /// @throws IOException if something of it is still there
    void remove(RestorePoint point) throws IOException;

    /// What the log calls the folder of a point.
    String folder(RestorePoint point);

    /// Removes folders of dates before this one that hold nothing any more.
    ///
    /// @param removed the points that this prune removed
    /// @return how many
    int sweep(LocalDate before, List<RestorePoint> removed) throws IOException;

    @Override
    void close() throws IOException;
}
