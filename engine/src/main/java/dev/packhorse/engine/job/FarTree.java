package dev.packhorse.engine.job;

import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A tree of a destination, fetched into staging; gone when closed. Nothing proves it yet.
///
/// @param folder named as the tree
/// @param named what people call it
record FarTree(Path folder, String named) implements AutoCloseable {
    /// What a tree may have besides the bytes that it was stored with, since files may be counted
    /// otherwise there.
    private static final long ROOM_BYTES = 64L << 20;

    /// Fetches all of it, but no more than it can have.
    ///
    /// @param work a folder of staging
    static FarTree fetch(
            Transport transport,
            RestorePoint point,
            Path work,
            StagingArea staging,
            Cancellation cancellation)
            throws IOException {
        staging.requireSpace(work, point.sizeBytes());
        Path above = Files.createTempDirectory(work, "tree-", BackupDirectory.FOLDER_MODE);
        Path folder =
                Files.createDirectory(
                        above.resolve(point.archive().name()), BackupDirectory.FOLDER_MODE);
        FarTree tree =
                new FarTree(folder, point.archive() + " at destination " + point.destination());
        boolean whole = false;
        try {
            transport.readTree(point.archive(), folder, most(point), cancellation);
            whole = true;
            return tree;
        } finally {
            if (!whole) {
                tree.close();
            }
        }
    }

    private static long most(RestorePoint point) {
        return point.sizeBytes() + point.sizeBytes() / 8 + ROOM_BYTES;
    }

    /// The digest of what has come.
    ///
    /// @param work a folder of staging
    String sha256(Path work, Cancellation cancellation) throws IOException {
        try (HostArchive archive = HostArchive.open(folder)) {
            return archive.treeSha256(work.resolve("tree.lines"), cancellation);
        }
    }

    @Override
    public void close() throws IOException {
        HostArchive.delete(folder);
    }
}
