package dev.packhorse.transport.custom;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;

/// Lets the script fetch an object into a private file.
final class CustomDownload {
    private final ScriptRunner runner;
    private final RemoteFolders folders;
    private final String operation;
    private final Cancellation cancellation;

    CustomDownload(
            ScriptRunner runner,
            RemoteFolders folders,
            String operation,
            Cancellation cancellation) {
        this.runner = runner;
        this.folders = folders;
        this.operation = operation;
        this.cancellation = cancellation;
    }

    /// Fetches it and gives its size, which is the one that the listing tells.
    long run(ObjectKey key, PrivateFile local) throws IOException {
        ListedEntry entry =
                folders.find(operation, key.value(), cancellation)
                        .filter(found -> found.kind() == ListedEntry.Kind.FILE)
                        .orElseThrow(() ->
                                new TransportException(
                                        Kind.MISSING, operation + ": no such object"));
        runner.work().requireRoom(entry.sizeBytes());
        runner.get(
                operation,
                folders.pathOf(key.value()),
                local.path(),
                entry.sizeBytes(),
                cancellation);
        if (!Files.isRegularFile(local.path(), LinkOption.NOFOLLOW_LINKS)
                || Files.size(local.path()) != entry.sizeBytes()) {
            throw new TransportException(
                    Kind.CORRUPT,
                    operation
                            + ": the script did not fetch the "
                            + entry.sizeBytes()
                            + " bytes that it lists");
        }
        return entry.sizeBytes();
    }
}
