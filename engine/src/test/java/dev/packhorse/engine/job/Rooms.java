package dev.packhorse.engine.job;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.transport.spi.ByteSize;
import java.time.InstantSource;

/// Room for archives in tests that are not about it.
final class Rooms {
    private Rooms() {}

    static PackingRoom ample(
            ServerBackups backups, JobQueue queue, Catalog catalog, DestinationStore destinations) {
        LocalRelease release =
                new LocalRelease(
                        backups,
                        queue,
                        catalog,
                        destinations,
                        _ -> {
                            throw new AssertionError("nothing is to be released");
                        });
        return new PackingRoom(
                backups,
                queue,
                catalog,
                release,
                _ -> Long.MAX_VALUE,
                new ByteSize(0),
                InstantSource.system());
    }
}
