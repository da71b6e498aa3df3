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
    /// Fetches all of it.
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
            transport.readTree(point.archive(), folder, cancellation);
            whole = true;
            return tree;
        } finally {
            if (!whole) {
                tree.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        HostArchive.delete(folder);
    }
}
