package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The folders of one destination, for people: what an object is stands in its properties. They are
/// found by a mark, so they may be renamed and moved, and never removed, since that would remove
/// whatever has come into them. Safe for many threads.
final class DriveFolders {
    private static final String MARK = "packhorseFolder";
    private static final String TOP = "root";
    private static final Pattern DATE =
            Pattern.compile("(?:^|/)([0-9]{4}-[0-9]{2}-[0-9]{2})[^/]*/");

    private final String path;
    private final Map<String, String> known = new ConcurrentHashMap<>();
    private final ReentrantLock making = new ReentrantLock();

    /// @param path of the destination's folder, one or more names joined by `/`
    DriveFolders(String path) {
        this.path = path;
    }

    /// What the destination's objects carry. Not the folder's id: a search that does not yet find
    /// the folder makes another one, which must not hide what lies in the first.
    String mark() {
        return DriveFile.digest(path);
    }

    /// The id of the destination's folder; all folders down to it are made where they are missing.
    private String root(DriveClient client) throws TransportException, CancelledException {
        String parent = TOP;
        int end = -1;
        do {
            end = path.indexOf('/', end + 1);
            String part = end < 0 ? path : path.substring(0, end);
            parent = folder(client, part, part.substring(part.lastIndexOf('/') + 1), parent);
        } while (end >= 0);
        return parent;
    }

    /// The folder that a new object lies in: that of the date in its key, if there is one.
    String parentOf(DriveClient client, ObjectKey key)
            throws TransportException, CancelledException {
        String root = root(client);
        Matcher date = DATE.matcher(key.value());
        return date.find()
                ? folder(client, root + "//" + date.group(1), date.group(1), root)
                : root;
    }

    /// Looks for all folders anew from now on: one of them may be gone.
    void forget() {
        known.clear();
    }

    private String folder(DriveClient client, String place, String name, String parent)
            throws TransportException, CancelledException {
        String id = known.get(place);
        if (id != null) {
            return id;
        }
        lock(client);
        try {
            String made = known.get(place);
            if (made == null) {
                made = findOrMake(client, DriveFile.digest(place), name, parent);
                known.put(place, made);
            }
            return made;
        } finally {
            making.unlock();
        }
    }

    private void lock(DriveClient client) throws TransportException, CancelledException {
        try {
            do {
                client.cancellation().check();
            } while (!making.tryLock(50, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new TransportException(Kind.UNAVAILABLE, client.operation() + ": interrupted", e);
        }
    }

    /// Two programs may make one folder at the same time: both then take the older.
    private static String findOrMake(DriveClient client, String mark, String name, String parent)
            throws TransportException, CancelledException {
        Optional<String> found = find(client, mark);
        if (found.isPresent()) {
            return found.get();
        }
        String made = new DriveFiles(client).makeFolder(name, parent, Map.of(MARK, mark));
        return find(client, mark).orElse(made);
    }

    private static Optional<String> find(DriveClient client, String mark)
            throws TransportException, CancelledException {
        AtomicReference<@Nullable DriveFile> oldest = new AtomicReference<>();
        Comparator<DriveFile> age =
                Comparator.comparing(DriveFile::created).thenComparing(DriveFile::id);
        String query =
                DriveFiles.marked(MARK, mark)
                        + " and mimeType = 'application/vnd.google-apps.folder'"
                        + " and trashed = false";
        new DriveFiles(client)
                .each(
                        query,
                        folder -> {
                            DriveFile before = oldest.get();
                            if (before == null || age.compare(folder, before) < 0) {
                                oldest.set(folder);
                            }
                            return true;
                        });
        return Optional.ofNullable(oldest.get()).map(DriveFile::id);
    }
}
