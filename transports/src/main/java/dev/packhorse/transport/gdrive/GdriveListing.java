package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.TransportException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One listing: what a search finds, and what this process published that it does not find yet. Of
/// the keys that were given only a number each is kept.
final class GdriveListing {
    private final DriveClient client;
    private final String root;
    private final String beginning;
    private final ObjectVisitor visitor;
    private final Set<Long> seen = new HashSet<>();
    private boolean ended;

    /// @param root the mark of the destination
    GdriveListing(DriveClient client, String root, String prefix, ObjectVisitor visitor) {
        this.client = client;
        this.root = root;
        this.beginning = prefix.isEmpty() ? "" : prefix + "/";
        this.visitor = visitor;
    }

    void run() throws TransportException, CancelledException {
        Map<ObjectKey, String> recent = client.recent().published();
        DriveFiles files = new DriveFiles(client);
        files.each(DriveFiles.objectsOf(root), this::visit);
        client.cancellation().check();
        for (var published : recent.entrySet()) {
            if (ended) {
                return;
            }
            if (published.getKey().value().startsWith(beginning)
                    && !seen.contains(DriveFile.keyMark(published.getKey()))) {
                client.cancellation().check();
                files.byId(published.getValue()).ifPresent(this::visit);
            }
        }
    }

    /// @return false to end the listing
    private boolean visit(DriveFile file) {
        if (client.cancellation().isRequested()) {
            return false;
        }
        Optional<ObjectKey> key = file.key();
        if (key.isEmpty()
                || !file.isObjectOf(root, key.get())
                || !key.get().value().startsWith(beginning)
                || !seen.add(DriveFile.keyMark(key.get()))) {
            return true;
        }
        ended = !visitor.visit(file.info(key.get()));
        return !ended;
    }
}
