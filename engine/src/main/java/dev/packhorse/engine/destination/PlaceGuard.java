package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Sees to it that a place holds the archives of one server, under one of its destinations: whoever
/// writes first leaves a mark, and all others are refused before they change anything. Where a
/// place cannot refuse a name that is taken, of two that come at the very same moment the one that
/// wrote the mark first is refused from its next call on. A place that has lost this server's mark
/// is taken for another one. For one opened place; safe for many threads.
final class PlaceGuard {
    private final ServerIdentity self;
    private final Destination destination;
    private final LocalPlaces places;
    private final MarkedPlaces marked;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile boolean ours;

    PlaceGuard(
            ServerIdentity self, Destination destination, LocalPlaces places, MarkedPlaces marked) {
        this.self = self;
        this.destination = destination;
        this.places = places;
        this.marked = marked;
    }

    /// Called before each change. What only tries a place leaves no mark.
    ///
    /// @throws TransportException `REFUSED` if the place is somebody else's; the message says
    ///   whose; `UNAVAILABLE` if it has lost this server's mark
    void beforeChange(Transport transport, ObjectKey key, Cancellation cancellation)
            throws TransportException, CancelledException {
        if (ours) {
            return;
        }
        looking.lock();
        try {
            requireApart();
            // Asked first: another upload may mark the place while this one looks.
            boolean wasMarked = wasMarked();
            Optional<PlaceMark> mark = PlaceMark.read(transport, cancellation);
            if (mark.isPresent()) {
                requireOurs(mark.get());
            } else if (wasMarked) {
                throw lostMark();
            }
            if (!key.value().startsWith(DestinationCheck.PREFIX + "/")) {
                claim(transport, mark, cancellation);
                remember();
                ours = true;
            }
        } finally {
            looking.unlock();
        }
    }

    /// It may pass, as a disk that is mounted late does.
    private TransportException lostMark() {
        return new TransportException(
                Kind.UNAVAILABLE,
                "the folder of destination %s has lost its mark %s, and nothing is changed there: is its disk mounted, is it the right one? If what was stored is gone, or the mark was deleted, and it is to begin anew, delete the file %s on this server"
                        .formatted(
                                destination.name(), PlaceMark.KEY, marked.file(destination.id())));
    }

    private boolean wasMarked() throws TransportException {
        try {
            return marked.has(destination);
        } catch (IOException e) {
            throw unknown(e);
        }
    }

    private void remember() throws TransportException {
        try {
            marked.add(destination);
        } catch (IOException e) {
            throw unknown(e);
        }
    }

    private TransportException unknown(IOException e) {
        return new TransportException(
                Kind.UNAVAILABLE,
                "the state folder cannot tell whether the folder of destination %s was marked: %s"
                        .formatted(destination.name(), e.getMessage()),
                e);
    }

    private void requireApart() throws TransportException {
        if (destination.settings() instanceof DestinationSettings.Local local) {
            try {
                places.check(Optional.of(destination), local.path());
            } catch (IOException e) {
                throw new TransportException(
                        Kind.REFUSED, "nothing is changed there: " + e.getMessage(), e);
            }
        }
    }

    private void claim(Transport transport, Optional<PlaceMark> found, Cancellation cancellation)
            throws TransportException, CancelledException {
        PlaceMark wanted = PlaceMark.of(self, destination.id());
        if (found.isPresent() && found.get().destination().equals(destination.id())) {
            return;
        }
        try {
            wanted.write(
                    transport, found.isPresent() ? PutMode.REPLACE : PutMode.CREATE, cancellation);
        } catch (TransportException e) {
            if (e.kind() != Kind.EXISTS) {
                throw e;
            }
        }
        // Whoever was quicker has the place.
        requireOurs(
                PlaceMark.read(transport, cancellation)
                        .orElseThrow(() ->
                                new TransportException(
                                        Kind.UNAVAILABLE,
                                        "read "
                                                + PlaceMark.KEY
                                                + ": what was just stored is not there")));
    }

    private void requireOurs(PlaceMark mark) throws TransportException {
        if (!mark.server().equals(self.id())) {
            throw new TransportException(
                    Kind.REFUSED,
                    "the folder of destination %s holds the archives of another server, %s, and nothing is changed there: give this server a folder of its own; if %s is no more, delete %s there"
                            .formatted(
                                    destination.name(), mark.name(), mark.name(), PlaceMark.KEY));
        }
        if (mark.destination().equals(destination.id())) {
            return;
        }
        Optional<Destination> other = other(mark);
        if (other.isPresent()) {
            throw new TransportException(
                    Kind.REFUSED,
                    "the folder of destination %s is that of destination %s, too, and nothing is changed there: give each a folder of its own"
                            .formatted(destination.name(), other.get().name()));
        }
    }

    private Optional<Destination> other(PlaceMark mark) throws TransportException {
        try {
            return places.store().find(mark.destination());
        } catch (IOException e) {
            throw new TransportException(
                    Kind.REFUSED,
                    "the folder of destination %s is that of destination %s, which cannot be read: %s"
                            .formatted(destination.name(), mark.destination(), e.getMessage()),
                    e);
        }
    }
}
