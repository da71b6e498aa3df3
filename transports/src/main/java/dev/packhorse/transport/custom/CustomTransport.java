package dev.packhorse.transport.custom;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancellableRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.watch.KeyTurns;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;

/// Objects stored by a script. The protocol cannot rename, so an object is stored under its own
/// name, then listed, read back and compared; one that is not right is removed again. Others may
/// see it half-made until then, and a replaced object is gone if the new one fails.
public final class CustomTransport implements Transport {
    private static final TransportTraits TRAITS =
            new TransportTraits(false, false, Resumption.NONE, OptionalLong.empty(), 4);
    private static final int MOST_FOLDERS = 100_000;

    private final ScriptRunner runner;
    private final RemoteFolders folders;
    private final KeyTurns turns = new KeyTurns();

    CustomTransport(CustomSettings settings) {
        this.runner = new ScriptRunner(settings);
        this.folders = new RemoteFolders(runner, settings.folder());
    }

    /// Asks the script for the folder of all objects, and lets it make the folder if that fails.
    void prepare() throws TransportException {
        String operation = "open destination";
        try {
            try {
                folders.each(operation, "", Cancellation.never(), _ -> false);
            } catch (TransportException e) {
                if (e.kind() != Kind.UNAVAILABLE) {
                    throw e;
                }
                makeRoot(operation, e);
            }
        } catch (IOException e) {
            throw failure(operation, e);
        }
    }

    private void makeRoot(String operation, TransportException first) throws IOException {
        try {
            runner.simple(
                    operation,
                    "mkdir",
                    folders.pathOf(""),
                    OutputStream.nullOutputStream(),
                    Cancellation.never());
            folders.each(operation, "", Cancellation.never(), _ -> false);
        } catch (IOException e) {
            e.addSuppressed(first);
            throw e;
        }
    }

    @Override
    public TransportTraits traits() {
        return TRAITS;
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        try (KeyTurns.Turn _ = turns.take(key, cancellation)) {
            return new CustomUpload(runner, folders, key, content, cancellation).run(mode);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw failure("put " + key, e);
        }
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        String operation = "read " + key;
        try (PrivateFile local = new PrivateFile(runner.work())) {
            long size =
                    new CustomDownload(runner, folders, operation, cancellation).run(key, local);
            if (!range.isAll() && range.offset() >= size) {
                throw new TransportException(
                        Kind.RANGE,
                        operation + ": offset " + range.offset() + " is past the end at " + size);
            }
            try (InputStream in = Files.newInputStream(local.path())) {
                in.skipNBytes(range.offset());
                return reader.read(new CancellableRange(in, range.length(), cancellation));
            }
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw failure(operation, e);
        }
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        String operation = "stat " + key;
        try {
            return folders.find(operation, key.value(), Cancellation.never())
                    .filter(entry -> entry.kind() == ListedEntry.Kind.FILE)
                    .map(entry -> new ObjectInfo(key, entry.sizeBytes(), Optional.empty()));
        } catch (IOException e) {
            throw failure(operation, e);
        }
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        String operation = "list " + (prefix.isEmpty() ? "/" : prefix);
        Deque<String> waiting = new ArrayDeque<>();
        waiting.add(prefix.isEmpty() ? "" : new ObjectKey(prefix).value());
        try {
            boolean goesOn = true;
            while (goesOn && !waiting.isEmpty()) {
                cancellation.check();
                String folder = waiting.removeLast();
                goesOn =
                        folders.each(
                                operation,
                                folder,
                                cancellation,
                                entry -> visit(folder, entry, waiting, visitor, cancellation));
            }
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw failure(operation, e);
        }
    }

    private static boolean visit(
            String folder,
            ListedEntry entry,
            Deque<String> waiting,
            ObjectVisitor visitor,
            Cancellation cancellation)
            throws IOException {
        cancellation.check();
        Optional<ObjectKey> key = RemoteFolders.keyOf(folder, entry.name());
        if (key.isEmpty()) {
            return true;
        }
        return switch (entry.kind()) {
            case OTHER -> true;
            case FILE ->
                    visitor.visit(new ObjectInfo(key.get(), entry.sizeBytes(), Optional.empty()));
            case FOLDER -> {
                if (waiting.size() >= MOST_FOLDERS) {
                    throw new TransportException(
                            Kind.REFUSED, "list " + folder + ": the listing does not end");
                }
                yield waiting.add(key.get().value());
            }
        };
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        String operation = "delete " + key;
        if (stat(key).isEmpty()) {
            return;
        }
        try {
            runner.simple(
                    operation,
                    "delete",
                    folders.pathOf(key.value()),
                    OutputStream.nullOutputStream(),
                    Cancellation.never());
        } catch (IOException e) {
            if (stat(key).isPresent()) {
                throw failure(operation, e);
            }
        }
        if (stat(key).isPresent()) {
            throw new TransportException(
                    Kind.UNAVAILABLE, operation + ": the script says it did, but did not");
        }
    }

    @Override
    public Optional<Capacity> capacity() {
        return Optional.empty();
    }

    @Override
    public void close() {}

    /// What the script has no part in is of this side: the line is the script's.
    private static TransportException failure(String operation, IOException cause) {
        return switch (cause) {
            case TransportException known -> known;
            case SourceException source ->
                    new TransportException(
                            Kind.REFUSED, operation + ": " + source.getMessage(), source);
            case OwnSideException noRoom ->
                    new TransportException(
                            Kind.FULL, operation + ": " + noRoom.getMessage(), noRoom);
            default ->
                    new TransportException(
                            isLocalDiskFull(cause) ? Kind.FULL : Kind.UNAVAILABLE,
                            operation + ": " + cause.getMessage(),
                            new OwnSideException(cause));
        };
    }

    /// Objects pass through a file of this server's, whose disk may be the one that is full.
    private static boolean isLocalDiskFull(IOException cause) {
        return String.valueOf(cause.getMessage()).contains("No space left on device");
    }
}
