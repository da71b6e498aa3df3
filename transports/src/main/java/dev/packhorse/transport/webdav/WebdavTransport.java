package dev.packhorse.transport.webdav;

import dev.packhorse.transport.http.HttpCaller;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// Objects as files on a WebDAV server. An object is sent under a hidden name beside its place,
/// counted by the server, and moved, which replaces at once. [PutMode#CREATE] looks first and tells
/// the server not to overwrite; servers look and move in two steps, so that is no exclusive
/// creation. Only Nextcloud lets an upload go on, by whole chunks.
public final class WebdavTransport implements Transport {
    private static final int CONNECTIONS = 4;

    private final WebdavSettings settings;
    private final DavPlaces places;
    private final DavAuth auth;
    private final HttpCaller caller;
    private final Lock folderMaking = new ReentrantLock();
    private final Optional<DavChunks> chunks;
    private final TransportTraits traits;
    private final DavRanges ranges = new DavRanges();

    /// Opens a destination; the first call connects.
    ///
    /// @throws TransportException `REFUSED` if this JDK has no usable TLS
    public WebdavTransport(WebdavSettings settings) throws TransportException {
        this.settings = settings;
        this.places = DavPlaces.of(settings);
        this.auth = new DavAuth(settings.username(), settings.password());
        this.caller = new HttpCaller(settings.trust(), settings.timeout(), CONNECTIONS);
        this.chunks = DavChunks.of(places.folder());
        this.traits =
                new TransportTraits(
                        true,
                        false,
                        chunks.isPresent() ? Resumption.BY_PART : Resumption.NONE,
                        OptionalLong.empty(),
                        CONNECTIONS);
    }

    /// Whether it reads ranges shows when the first part of an object is read: a server that
    /// ignores them gives the right bytes still, after all those before them.
    @Override
    public TransportTraits traits() {
        return ranges.mayBeHonoured() ? traits : traits.withoutRanges();
    }

    private DavClient client(String operation, Cancellation cancellation) {
        return new DavClient(
                caller, auth, places, folderMaking, settings.timeout(), operation, cancellation);
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        DavClient client = client("put " + key, cancellation);
        return new DavUpload(client, chunks, key, content, mode, journal).run();
    }

    @Override
    public void abandon(UploadState state) throws TransportException {
        Optional<DavUploadState> left = DavUploadState.of(state);
        if (left.isEmpty()) {
            return;
        }
        try {
            DavClient client = client("abandon " + left.get().key(), Cancellation.never());
            DavUpload.remove(client, chunks, left.get());
        } catch (CancelledException e) {
            throw neverCancelled(e);
        }
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        return new DavDownload(client("read " + key, cancellation), key, ranges).run(range, reader);
    }

    @Override
    public boolean readsParts(ObjectKey key, Cancellation cancellation)
            throws TransportException, CancelledException {
        if (!ranges.areKnown()) {
            read(key, new ByteRange(0, 1), InputStream::readAllBytes, cancellation);
        }
        return ranges.mayBeHonoured();
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        try {
            return new DavObjects(client("stat " + key, Cancellation.never())).stat(key);
        } catch (CancelledException e) {
            throw neverCancelled(e);
        }
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        String operation = "list " + (prefix.isEmpty() ? "/" : new ObjectKey(prefix));
        new DavListing(client(operation, cancellation), visitor).run(prefix);
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        try {
            new DavObjects(client("delete " + key, Cancellation.never())).delete(key);
        } catch (CancelledException e) {
            throw neverCancelled(e);
        }
    }

    /// Source: RFC 4331. Told by Nextcloud and few others.
    @Override
    public Optional<Capacity> capacity() throws TransportException {
        try {
            return client("capacity", Cancellation.never())
                    .quota(places.folder())
                    .filter(entry -> entry.freeBytes() >= 0 && entry.usedBytes() >= 0)
                    .map(entry ->
                            new Capacity(entry.freeBytes() + entry.usedBytes(), entry.freeBytes()));
        } catch (CancelledException e) {
            throw neverCancelled(e);
        }
    }

    private static IllegalStateException neverCancelled(CancelledException e) {
        return new IllegalStateException("cancelled without a cancellation", e);
    }

    @Override
    public void close() {
        caller.close();
    }
}
