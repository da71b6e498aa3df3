package dev.packhorse.transport.custom;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CheckedContent;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.Optional;

/// One put: stage and check the content here, let the script store it, then list it, read it back
/// beside it and compare. What the script says of its own success decides nothing.
final class CustomUpload {
    private final ScriptRunner runner;
    private final RemoteFolders folders;
    private final ObjectKey key;
    private final Content content;
    private final Cancellation cancellation;
    private final String operation;

    CustomUpload(
            ScriptRunner runner,
            RemoteFolders folders,
            ObjectKey key,
            Content content,
            Cancellation cancellation) {
        this.runner = runner;
        this.folders = folders;
        this.key = key;
        this.content = content;
        this.cancellation = cancellation;
        this.operation = "put " + key;
    }

    ObjectInfo run(PutMode mode) throws IOException {
        refuseIfTaken(mode);
        runner.work().requireRoom(2 * content.sizeBytes());
        try (PrivateFile staged = new PrivateFile(runner.work())) {
            try (CheckedContent source = new CheckedContent(key, content, cancellation);
                    OutputStream out = Files.newOutputStream(staged.path())) {
                source.transferTo(out);
            }
            store(staged);
        }
        return new ObjectInfo(key, content.sizeBytes(), Optional.empty());
    }

    private void refuseIfTaken(PutMode mode) throws IOException {
        Optional<ListedEntry> taken = folders.find(operation, key.value(), cancellation);
        if (taken.isPresent() && mode == PutMode.CREATE) {
            throw new TransportException(Kind.EXISTS, operation + ": it exists already");
        }
        if (taken.isPresent() && taken.get().kind() != ListedEntry.Kind.FILE) {
            throw new TransportException(
                    Kind.REFUSED, operation + ": what has this name is no file");
        }
    }

    private void store(PrivateFile staged) throws IOException {
        try {
            runner.put(
                    operation,
                    staged.path(),
                    folders.pathOf(key.value()),
                    content.sizeBytes(),
                    cancellation);
            prove();
        } catch (IOException e) {
            if (!isStoredAfterAll(e)) {
                removeAfter(e);
                throw e;
            }
        }
    }

    private void prove() throws IOException {
        try (PrivateFile back = new PrivateFile(runner.work())) {
            long size = new CustomDownload(runner, folders, operation, cancellation).run(key, back);
            if (size != content.sizeBytes() || !Sha256.of(back.path()).equals(content.sha256())) {
                throw new TransportException(
                        Kind.CORRUPT,
                        operation + ": what the script gives back is not the content");
            }
        }
    }

    /// A script may store everything and then fail, or be killed for being slow at the end.
    private boolean isStoredAfterAll(IOException failure) {
        if (cancellation.isRequested()
                || !(failure instanceof TransportException known && known.kind().retryable())) {
            return false;
        }
        try {
            prove();
            return true;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    private void removeAfter(IOException failure) {
        try {
            runner.simple(
                    operation,
                    "delete",
                    folders.pathOf(key.value()),
                    OutputStream.nullOutputStream(),
                    Cancellation.never());
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
