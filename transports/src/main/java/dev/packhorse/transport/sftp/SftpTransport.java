package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ContentWriter;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.StreamedContent;
import dev.packhorse.transport.spi.StreamedObject;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import dev.packhorse.transport.ssh.SshSettings;
import dev.packhorse.transport.watch.KeyTurns;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/// Objects as files below one folder of an SFTP server. An object is written under a hidden name
/// beside its place, synced where the server offers it, and gets its name in one step. Symbolic
/// links are never taken for objects, and never walked.
public final class SftpTransport implements Transport {
    private final KeyTurns turns = new KeyTurns();
    private final SftpPool pool;
    private final SftpCalls calls;
    private final SftpPaths paths;
    private final TransportTraits traits;

    private SftpTransport(
            SftpPool pool, SftpPaths paths, boolean createsExclusively, int connections) {
        this.pool = pool;
        this.calls = new SftpCalls(pool);
        this.paths = paths;
        this.traits =
                new TransportTraits(
                                true,
                                createsExclusively,
                                Resumption.BY_BYTE,
                                OptionalLong.empty(),
                                connections)
                        .takingStreams();
    }

    /// Connects, since only the server can tell what it offers, and an unconfirmed host key should
    /// be noticed now.
    ///
    /// @param connections how many are made at most
    /// @throws TransportException `REFUSED` for a host key that is not confirmed, with its
    ///   fingerprint; `DENIED` for credentials that are not accepted
    public static SftpTransport open(SshSettings settings, int connections)
            throws TransportException {
        SftpPool pool = new SftpPool(settings, connections);
        try {
            SftpConnection first = pool.take(Cancellation.never());
            try {
                boolean links =
                        first.step(
                                "open destination",
                                Cancellation.never(),
                                (files, _) -> files.makesHardlinks());
                return new SftpTransport(
                        pool, new SftpPaths(settings.folder()), links, connections);
            } finally {
                pool.give(first);
            }
        } catch (TransportException e) {
            pool.close();
            throw e;
        } catch (IOException e) {
            pool.close();
            throw new TransportException(
                    TransportException.Kind.UNAVAILABLE, "open destination: " + e.getMessage(), e);
        }
    }

    @Override
    public TransportTraits traits() {
        return traits;
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        SftpPut put = new SftpPut(key, content, mode, journal, cancellation);
        try (KeyTurns.Turn _ = turnFor(key, cancellation)) {
            SftpUpload upload = new SftpUpload(pool, pool.take(cancellation), paths, put);
            try {
                return upload.run();
            } finally {
                pool.give(upload.connection());
            }
        } catch (IOException e) {
            throw SftpCalls.sorted(put.operation(), e);
        }
    }

    /// Holds 2 MiB of requests under way in memory.
    @Override
    public StreamedObject putStreamed(
            ObjectKey key,
            ContentWriter writer,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        StreamedContent content = new StreamedContent(writer, cancellation);
        ObjectInfo stored = put(key, content, mode, journal, cancellation);
        return new StreamedObject(stored, content.sha256());
    }

    @Override
    public void abandon(UploadState state) throws TransportException {
        Optional<String> left = SftpPut.left(paths, state);
        if (left.isPresent()) {
            calls.uncancelled("abandon upload", files -> remove(files, left.get()));
        }
    }

    private KeyTurns.Turn turnFor(ObjectKey key, Cancellation cancellation)
            throws CancelledException {
        return traits.createsExclusively() ? () -> {} : turns.take(key, cancellation);
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        String operation = "read " + key;
        return calls.with(
                operation,
                cancellation,
                connection ->
                        new SftpReading(connection, operation, cancellation)
                                .read(paths.of(key), range, reader));
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        return calls.uncancelled(
                "stat " + key,
                files ->
                        files.lstat(paths.of(key))
                                .filter(SftpAttributes::isFile)
                                .map(found -> found.info(key)));
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        String operation = "list " + (prefix.isEmpty() ? "/" : prefix);
        if (!prefix.isEmpty()) {
            new ObjectKey(prefix);
        }
        calls.with(
                operation,
                cancellation,
                connection -> {
                    new SftpListing(connection, paths, operation, visitor, cancellation)
                            .walk(prefix);
                    return true;
                });
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        calls.uncancelled("delete " + key, files -> remove(files, paths.of(key)));
    }

    private static boolean remove(SftpFiles files, String path) throws IOException {
        if (!files.lstat(path).map(SftpAttributes::isFile).orElse(false)) {
            return false;
        }
        try {
            files.remove(path);
            return true;
        } catch (SftpStatus e) {
            if (files.lstat(path).isEmpty()) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public boolean removeEmptyFolder(ObjectKey folder) throws TransportException {
        return calls.uncancelled(
                "remove folder " + folder,
                files -> {
                    String path = paths.of(folder);
                    if (!files.lstat(path).map(SftpAttributes::isFolder).orElse(false)) {
                        return false;
                    }
                    try {
                        files.removeFolder(path);
                        return true;
                    } catch (SftpStatus _) {
                        // Most servers do not say why.
                        return false;
                    }
                });
    }

    @Override
    public Optional<Capacity> capacity() throws TransportException {
        return calls.uncancelled(
                "capacity",
                files ->
                        files.stat(paths.of("")).isEmpty()
                                ? Optional.empty()
                                : files.capacity(paths.of("")));
    }

    @Override
    public void close() {
        pool.close();
    }
}
