package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.ArchiveEntry.HardLink;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

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
        ByteString parent = TreeFolders.parent(link.target());
        try (Directory target =
                parent.length() == 0 ? top.duplicate() : top.openBeneath(new BytePath(parent))) {
            folder.makeHardLink(target, targetName, link.path().name());
            FileStat stat = target.stat(targetName);
            byte[] known = contents.get(link.target());
            byte[] content = known == null ? read(target, targetName, stat) : known;
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
    }

    private static byte[] read(Directory folder, ByteName name, FileStat stat) throws IOException {
        ContentDigest digest = new ContentDigest(stat.sizeBytes());
        ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
        try (PosixFile file = folder.openForReading(name)) {
            long at = 0;
            while (file.readAt(bytes.clear(), at) > 0) {
                bytes.flip();
                int length = bytes.remaining();
                digest.accept(at, bytes);
                at += length;
            }
        }
        return digest.finish();
    }
}
