package dev.packhorse.transport.webdav;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.util.Map;
import java.util.Optional;

/// Gives a complete temporary file its key. Whether that happened is answered by looking at both
/// names whenever the server's own answer is missing or bad.
///
/// @param tidying the same, uncancelled and in haste
record DavPublication(DavClient client, DavClient tidying, ObjectKey key, PutMode mode) {
    /// Looks before anything is sent.
    ///
    /// @throws TransportException `EXISTS` for a taken key under [PutMode#CREATE]
    void requireFreeKey() throws TransportException, CancelledException {
        if (mode == PutMode.CREATE && new DavObjects(client).stat(key).isPresent()) {
            throw new TransportException(Kind.EXISTS, client.operation() + ": it exists already");
        }
    }

    ObjectInfo run(DavUploadState state) throws TransportException, CancelledException {
        DavObjects objects = new DavObjects(client);
        try {
            requireFreeKey();
            objects.move(
                    objects.address(state.temporary()), key, mode == PutMode.REPLACE, Map.of());
        } catch (TransportException e) {
            return afterFailure(state, e);
        }
        return objects.stat(key)
                .filter(info -> info.sizeBytes() == state.sizeBytes())
                .orElseThrow(() ->
                        new TransportException(
                                Kind.UNAVAILABLE,
                                client.operation() + ": the server does not have what it moved"));
    }

    private ObjectInfo afterFailure(DavUploadState state, TransportException failure)
            throws TransportException, CancelledException {
        try {
            Optional<ObjectInfo> found = published(tidying, state);
            if (found.isPresent()) {
                return found.get();
            }
        } catch (TransportException e) {
            failure.addSuppressed(e);
        }
        throw failure;
    }

    /// The object, if the temporary file has become it.
    private Optional<ObjectInfo> published(DavClient asking, DavUploadState state)
            throws TransportException, CancelledException {
        DavObjects objects = new DavObjects(asking);
        Optional<ObjectInfo> found =
                objects.stat(key).filter(info -> info.sizeBytes() == state.sizeBytes());
        return found.isPresent() && objects.stat(state.temporary()).isEmpty()
                ? found
                : Optional.empty();
    }

    /// The object, if a try that died while it moved had succeeded: its bytes are read back, since
    /// much may have happened since.
    Optional<ObjectInfo> ofEarlierTry(DavUploadState state)
            throws TransportException, CancelledException {
        Optional<ObjectInfo> found = published(client, state);
        if (found.isEmpty()) {
            return found;
        }
        String digest = new DavDownload(client, key).run(ByteRange.ALL, Sha256::of);
        return found.filter(_ -> digest.equals(state.sha256()));
    }
}
