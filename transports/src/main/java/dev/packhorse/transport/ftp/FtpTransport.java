package dev.packhorse.transport.ftp;

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
import dev.packhorse.transport.watch.CallLimits;
import dev.packhorse.transport.watch.KeyTurns;
import java.util.Optional;
import java.util.OptionalLong;

/// Objects as files on an FTP server. An object is sent under a hidden name beside its place,
/// counted by the server, and renamed. On a server that cannot rename over a file,
/// [PutMode#REPLACE] sets the old object aside first, so that the key is absent for a moment; it is
/// put back when the second rename fails. [PutMode#CREATE] looks before it renames.
public final class FtpTransport implements Transport {
    /// Servers commonly allow a client no more than five to ten connections.
    private static final int CONNECTIONS = 4;

    private static final TransportTraits TRAITS =
            new TransportTraits(true, false, Resumption.BY_BYTE, OptionalLong.empty(), CONNECTIONS)
                    .takingStreams();

    private final FtpSettings settings;
    private final KeyTurns turns = new KeyTurns();
    private final FtpPool pool;

    /// Opens a destination; the first call connects.
    public FtpTransport(FtpSettings settings) {
        this.settings = settings;
        this.pool = new FtpPool(settings, CONNECTIONS);
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
        FtpCalls calls = new FtpCalls(pool, settings.timeout(), "put " + key, cancellation);
        // A server that does not rename over a file lets two puts set it aside at the same time.
        try (KeyTurns.Turn _ = turns.take(key, cancellation)) {
            return new FtpUpload(calls, key, content, mode, journal).run();
        }
    }

    /// Holds nothing in memory. A server that hangs up on a data connection on which nothing comes
    /// for long ends the stream of a writer that takes longer.
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
        Optional<FtpUploadState> left = FtpUploadState.of(state);
        if (left.isPresent()) {
            takeBack(left.get());
        }
    }

    private void takeBack(FtpUploadState left) throws TransportException {
        String operation = "abandon " + left.key();
        FtpCalls calls = new FtpCalls(pool, settings.timeout(), operation, Cancellation.never());
        try {
            new FtpPublication(calls, left.key(), PutMode.CREATE).takeBack(left);
        } catch (CancelledException e) {
            throw new IllegalStateException("cancelled without a cancellation", e);
        }
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        String operation = "read " + key;
        return pool.call(
                operation,
                FtpCalls.streaming(settings.timeout()),
                cancellation,
                session ->
                        new FtpDownload(session, operation, key, cancellation).run(range, reader));
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        return uncancelled(
                "stat " + key, session -> new FtpFiles(session, "stat " + key).stat(key));
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        String operation = "list " + (prefix.isEmpty() ? "/" : new ObjectKey(prefix));
        pool.call(
                operation,
                FtpCalls.streaming(settings.timeout()),
                cancellation,
                session -> {
                    new FtpListing(session, operation, visitor, cancellation).run(prefix);
                    return true;
                });
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        uncancelled(
                "delete " + key,
                session -> {
                    new FtpFiles(session, "delete " + key).delete(key);
                    return true;
                });
    }

    @Override
    public boolean removeEmptyFolder(ObjectKey folder) throws TransportException {
        String operation = "remove folder " + folder;
        return uncancelled(
                operation, session -> new FtpFiles(session, operation).removeFolder(folder));
    }

    /// FTP has no question for it.
    @Override
    public Optional<Capacity> capacity() {
        return Optional.empty();
    }

    private <R> R uncancelled(String operation, FtpPool.Work<R> work) throws TransportException {
        try {
            return pool.call(
                    operation, CallLimits.idle(settings.timeout()), Cancellation.never(), work);
        } catch (CancelledException e) {
            throw new IllegalStateException("cancelled without a cancellation", e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
