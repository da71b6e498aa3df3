package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.ArchiveEntry.HardLink;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Further names of files in the new tree. Their content hashes are remembered, as many as there is
/// room for; those of others are made again from the tree. One thread.
final class LinkedNames {
    private static final int REMEMBERED = 50_000;
    private static final int BUFFER = 1 << 16;

    private final Directory top;
    private final Map<BytePath, byte[]> contents = new HashMap<>();

    LinkedNames(Directory top) {
        this.top = top;
    }

    /// What a name stands for.
    static final class Named {
        final Attributes attributes;
        final long sizeBytes;
        final byte[] content;

        Named(Attributes attributes, long sizeBytes, byte[] content) {
            this.attributes = attributes;
            this.sizeBytes = sizeBytes;
            this.content = content;
        }
    }

    /// Remembers a file that may get further names.
    void remember(Offer offer, byte[] content) {
        if (offer.source().links() > 1 && contents.size() < REMEMBERED) {
            contents.put(offer.path(), content);
        }
    }

    /// Adds the name.
    ///
    /// @param folder where it belongs
    Named link(Directory folder, HardLink link) throws IOException {
        ByteName targetName = link.target().name();
        try (Directory target = folderOf(top, link.target())) {
            makeHardLink(folder, target, link);
            byte[] known = contents.get(link.target());
            return named(target, targetName, known, Cancellation.never());
        }
    }

    private static void makeHardLink(Directory folder, Directory target, HardLink link)
            throws IOException {
        try {
            folder.makeHardLink(target, link.target().name(), link.path().name());
        } catch (PosixException e) {
            if (e.is(Errno.EPERM) || e.isUnsupported()) {
                throw new IOException(
                        "the file system of the backup directory takes no hard links, and %s is one; set backuptype to compressed (%s)"
                                .formatted(link.path(), e.getMessage()),
                        e);
            }
            throw e;
        }
    }

    /// Looks at a file in a tree and reads it.
    static Named look(Directory top, BytePath path, Cancellation cancellation) throws IOException {
        try (Directory folder = folderOf(top, path)) {
            return named(folder, path.name(), null, cancellation);
        }
    }

    private static Directory folderOf(Directory top, BytePath path) throws IOException {
        ByteString parent = TreeFolders.parent(path);
        return parent.length() == 0 ? top.duplicate() : top.openBeneath(new BytePath(parent));
    }

    private static Named named(
            Directory folder, ByteName name, byte @Nullable [] known, Cancellation cancellation)
            throws IOException {
        FileStat stat = folder.stat(name);
        byte[] content = known == null ? read(folder, name, stat, cancellation) : known;
        Attributes attributes =
                new Attributes(
                        stat.mode(),
                        stat.uid(),
                        stat.gid(),
                        stat.mtimeSeconds(),
                        stat.mtimeNanos(),
                        Map.of());
        return new Named(attributes, stat.sizeBytes(), content);
    }

    private static byte[] read(
            Directory folder, ByteName name, FileStat stat, Cancellation cancellation)
            throws IOException {
        ContentDigest digest = new ContentDigest(stat.sizeBytes());
        ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
        try (PosixFile file = folder.openForReading(name)) {
            long at = 0;
            while (file.readAt(bytes.clear(), at) > 0) {
                cancellation.check();
                bytes.flip();
                int length = bytes.remaining();
                digest.accept(at, bytes);
                at += length;
            }
        }
        return digest.finish();
    }
}
