package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Walks the folders below a prefix and gives regular files whose path is a key to the visitor, as
/// they come. Links are neither given nor followed; other names are not ours. Holds the names of
/// folders not yet walked, never those of files.
final class SftpListing {
    private static final int OPENDIR = 11;
    private static final int READDIR = 12;
    private static final int MOST_FOLDERS = 100_000;
    private static final long MOST_NAMES = 50_000_000;

    private final SftpConnection connection;
    private final SftpPaths paths;
    private final ObjectVisitor visitor;
    private final Cancellation cancellation;
    private final String operation;
    private final Deque<String> folders = new ArrayDeque<>();
    private long names;

    private record Entry(String name, SftpAttributes attributes) {}

    SftpListing(
            SftpConnection connection,
            SftpPaths paths,
            String operation,
            ObjectVisitor visitor,
            Cancellation cancellation) {
        this.connection = connection;
        this.paths = paths;
        this.operation = operation;
        this.visitor = visitor;
        this.cancellation = cancellation;
    }

    /// @param prefix a key without an object, or empty
    void walk(String prefix) throws IOException {
        folders.add(prefix);
        boolean goesOn = true;
        while (goesOn && !folders.isEmpty()) {
            goesOn = walkFolder(folders.removeLast());
        }
    }

    private boolean walkFolder(String folder) throws IOException {
        byte[] handle;
        try {
            handle = connection.step(operation, cancellation, (_, _) -> open(folder));
        } catch (SftpStatus e) {
            if (isGone(folder, e)) {
                return true;
            }
            throw e;
        }
        boolean goesOn = true;
        List<Entry> entries = read(handle);
        while (goesOn && !entries.isEmpty()) {
            goesOn = visit(folder, entries);
            entries = goesOn ? read(handle) : entries;
        }
        connection.step(
                operation,
                cancellation,
                (files, _) -> {
                    files.close(handle);
                    return true;
                });
        return goesOn;
    }

    /// A folder that is a link is not walked, so it is looked at first.
    private byte[] open(String folder) throws IOException {
        String path = paths.of(folder);
        SftpFiles files = new SftpFiles(connection.channel());
        if (!folder.isEmpty() && !files.lstat(path).map(SftpAttributes::isFolder).orElse(false)) {
            throw new SftpStatus(SftpStatus.NO_SUCH_FILE, "no such folder");
        }
        SftpChannel channel = connection.channel();
        byte[] name = SftpFiles.bytes(path);
        return SftpFiles.handleOf(
                channel.ask(channel.request(OPENDIR, name.length + 4).putBytes(name)));
    }

    private boolean isGone(String folder, SftpStatus refusal) throws IOException {
        return refusal.isAbsence()
                || connection.step(
                        operation,
                        cancellation,
                        (files, _) -> files.stat(paths.of(folder)).isEmpty());
    }

    /// The next entries, none at the end.
    private List<Entry> read(byte[] handle) throws IOException {
        return connection.step(
                operation,
                cancellation,
                (_, _) -> {
                    SftpChannel channel = connection.channel();
                    try {
                        return entriesOf(
                                SftpChannel.expect(
                                        SftpChannel.NAME,
                                        channel.ask(
                                                channel.request(READDIR, handle.length + 4)
                                                        .putBytes(handle))));
                    } catch (SftpStatus e) {
                        if (e.code() == SftpStatus.EOF) {
                            return List.of();
                        }
                        throw e;
                    }
                });
    }

    private static List<Entry> entriesOf(SftpReply reply) throws IOException {
        int count = reply.readInt();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = reply.readText();
            reply.readBytes();
            entries.add(new Entry(name, SftpAttributes.read(reply)));
        }
        return entries;
    }

    private boolean visit(String folder, List<Entry> entries) throws IOException {
        for (Entry entry : entries) {
            cancellation.check();
            if (++names > MOST_NAMES) {
                throw endless();
            }
            if (!visit(folder, entry)) {
                return false;
            }
        }
        return true;
    }

    private boolean visit(String folder, Entry entry) throws IOException {
        if (entry.name.indexOf('/') >= 0 || entry.name.startsWith(SftpPaths.TEMPORARY)) {
            return true;
        }
        ObjectKey key;
        try {
            key = new ObjectKey(folder.isEmpty() ? entry.name : folder + "/" + entry.name);
        } catch (IllegalArgumentException _) {
            return true;
        }
        if (entry.attributes.isFolder()) {
            if (folders.size() >= MOST_FOLDERS) {
                throw endless();
            }
            folders.add(key.value());
            return true;
        }
        return !entry.attributes.isFile() || visitor.visit(entry.attributes.info(key));
    }

    private TransportException endless() {
        return new TransportException(Kind.REFUSED, operation + ": the listing does not end");
    }
}
