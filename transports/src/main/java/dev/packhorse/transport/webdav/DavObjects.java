package dev.packhorse.transport.webdav;

import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What is asked about single objects and done to them.
record DavObjects(DavClient client) {
    URI address(ObjectKey key) {
        return client.places().file(client.places().path(key.value()));
    }

    /// A file's facts, empty if there is none of that name.
    Optional<ObjectInfo> stat(ObjectKey key) throws TransportException, CancelledException {
        Optional<DavEntry> found =
                client.find(client.places().path(key.value())).filter(entry -> !entry.folder());
        if (found.isPresent() && found.get().sizeBytes() < 0) {
            throw new TransportException(
                    Kind.REFUSED, client.operation() + ": the server tells no size");
        }
        return found.map(entry -> new ObjectInfo(key, entry.sizeBytes(), entry.modified()));
    }

    /// Removes a file; an absent one is success. `DELETE` takes whole folders along, so what is no
    /// file is not touched.
    void delete(ObjectKey key) throws TransportException, CancelledException {
        if (stat(key).isEmpty()) {
            return;
        }
        int code = client.status("DELETE", address(key), Map.of());
        if (code / 100 != 2 && code != 404) {
            throw refused(code);
        }
    }

    /// Moves a file to another name.
    ///
    /// @param replaces whether a file of that name may be lost
    /// @throws TransportException `EXISTS` if there is one and it may not
    void move(URI from, ObjectKey to, boolean replaces, Map<String, String> more)
            throws TransportException, CancelledException {
        var headers = new TreeMap<>(more);
        headers.put("Destination", address(to).toString());
        headers.put("Overwrite", replaces ? "T" : "F");
        int code = client.status("MOVE", from, headers);
        if (code == 412) {
            throw new TransportException(Kind.EXISTS, client.operation() + ": it exists already");
        }
        if (code / 100 != 2) {
            throw refused(code);
        }
    }

    /// 409 speaks of a missing folder, which the next try makes.
    private TransportException refused(int code) {
        Kind kind = code == 409 || code == 404 ? Kind.UNAVAILABLE : Kind.REFUSED;
        return new TransportException(kind, client.operation() + ": the server answered " + code);
    }
}
