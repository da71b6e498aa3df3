package dev.packhorse.transport.webdav;

import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// Walks the folders below a prefix one by one, since servers refuse to list a whole tree, and
/// hands objects out as they arrive. Only direct children of the folder that was asked for count;
/// an answer that lacks the folder itself speaks of something else and is a failure, not an empty
/// folder.
final class DavListing {
    /// Folders still to be looked into.
    private static final int PENDING_LIMIT = 100_000;

    private final DavClient client;
    private final ObjectVisitor visitor;
    private final Deque<String> pending = new ArrayDeque<>();
    private boolean stopped;

    DavListing(DavClient client, ObjectVisitor visitor) {
        this.client = client;
        this.visitor = visitor;
    }

    void run(String prefix) throws TransportException, CancelledException {
        pending.add(prefix);
        while (!pending.isEmpty() && !stopped) {
            client.cancellation().check();
            folder(pending.removeLast());
        }
    }

    private void folder(String folder) throws TransportException, CancelledException {
        String path = client.places().path(folder);
        boolean[] sawItself = {false};
        boolean there =
                list(
                        path,
                        entry -> {
                            client.cancellation().check();
                            if (entry.path().equals(path)) {
                                sawItself[0] = true;
                                return true;
                            }
                            return entry(folder, path, entry);
                        });
        if (there && !sawItself[0] && !stopped) {
            throw new TransportException(
                    Kind.REFUSED,
                    client.operation() + ": the server lists another folder than it was asked for");
        }
    }

    /// Apache refuses a file that is asked for as a folder; below it there is nothing.
    private boolean list(String path, DavClient.EntryVisitor visitor)
            throws TransportException, CancelledException {
        try {
            return client.list(path, visitor);
        } catch (TransportException e) {
            if (e.kind() == Kind.REFUSED
                    && client.find(path).filter(each -> !each.folder()).isPresent()) {
                return false;
            }
            throw e;
        }
    }

    private boolean entry(String folder, String path, DavEntry entry) throws IOException {
        Optional<ObjectKey> key = key(folder, path, entry.path());
        if (key.isEmpty()) {
            return true;
        }
        if (entry.folder()) {
            if (pending.size() >= PENDING_LIMIT) {
                throw new TransportException(
                        Kind.REFUSED,
                        client.operation() + ": more than " + PENDING_LIMIT + " folders");
            }
            pending.addLast(key.get().value());
            return true;
        }
        if (entry.sizeBytes() < 0) {
            throw new TransportException(
                    Kind.REFUSED,
                    client.operation() + ": the server lists " + key.get() + " without size");
        }
        stopped = !visitor.visit(new ObjectInfo(key.get(), entry.sizeBytes(), entry.modified()));
        return !stopped;
    }

    /// Names that are no keys are not ours.
    private static Optional<ObjectKey> key(String folder, String path, String found) {
        if (!found.startsWith(path + "/")) {
            return Optional.empty();
        }
        Optional<String> name = DavPlaces.nameOf(found.substring(path.length() + 1));
        if (name.isEmpty() || name.get().contains("/")) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new ObjectKey(folder.isEmpty() ? name.get() : folder + "/" + name.get()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
