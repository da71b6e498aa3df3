package dev.packhorse.engine.job;

import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.TreeContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A tree in the backup directory as content to upload.
///
/// @param staging where lines wait while it is digested
record FolderContent(
        Path folder, long sizeBytes, String sha256, List<ObjectKey> earlier, StagingArea staging)
        implements TreeContent {
    FolderContent {
        earlier = List.copyOf(earlier);
    }

    @Override
    public void proveUnchanged(Cancellation cancellation) throws IOException {
        String found;
        try (WorkFolder work = staging.newSmallFolder();
                HostArchive archive = HostArchive.open(folder)) {
            found = archive.treeSha256(work.path().resolve("tree.lines"), cancellation);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw new SourceException(e);
        }
        if (!found.equals(sha256)) {
            throw new SourceException(
                    new IOException(
                            "the tree %s does not have the digest that it was packed with"
                                    .formatted(folder)));
        }
    }
}
