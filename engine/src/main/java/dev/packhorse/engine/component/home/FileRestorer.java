package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.component.home.Replacement.Placing;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Writes regular files, holes included. One thread.
final class FileRestorer {
    private static final int BLOCK = 128 << 10;

    private final OwnerAccess owner;
    private final int uid;
    private final Cancellation cancellation;
    private final LongConsumer restored;
    private final boolean syncs;
    private final byte[] block = new byte[BLOCK];
    private boolean attributesLost;

    /// @param owner gives files to groups, which the account cannot
    /// @param restored told how many bytes more are written
    /// @param syncs whether a file is on the disk before it gets its name, since its being there
    ///   will be all that is asked of it
    FileRestorer(
            OwnerAccess owner,
            int uid,
            Cancellation cancellation,
            LongConsumer restored,
            boolean syncs) {
        this.owner = owner;
        this.uid = uid;
        this.cancellation = cancellation;
        this.restored = restored;
        this.syncs = syncs;
    }

    /// Puts the file into the folder under its name, whole or not at all.
    ///
    /// @param rights what it gets besides its owner
    /// @param placing told of it before it gets its name
    /// @return whether it has all bits of its mode
    /// @throws PosixException if the folder does not take it
    /// @throws ArchiveException if the archive cannot be read
    boolean restore(
            Directory folder,
            ByteName name,
            RegularFile entry,
            RestoredRights rights,
            InputStream content,
            Placing placing)
            throws IOException {
        boolean[] whole = {true};
        Replacement.put(
                folder,
                name,
                () -> {
                    try (PosixFile file = folder.createPrivate(Replacement.TEMPORARY)) {
                        write(file, entry, content);
                        attributesLost |=
                                !UserXattrs.restore(entry.attributes().xattrs(), file::setXattr);
                        if (rights.group().isPresent()) {
                            int group = rights.group().getAsInt();
                            owner.run(() -> file.setOwner(uid, group));
                        }
                        whole[0] = file.setModeAsAllowed(rights.mode());
                        file.setTimes(
                                entry.attributes().mtimeSeconds(), entry.attributes().mtimeNanos());
                        if (syncs) {
                            file.sync();
                        }
                    }
                },
                placing);
        return whole[0];
    }

    /// Whether a file of this size, time, mode and owner is there, as [#restore] leaves it.
    boolean isThere(Directory folder, ByteName name, RegularFile entry, RestoredRights rights)
            throws IOException {
        Optional<FileStat> there = folder.find(name);
        return there.isPresent()
                && there.get().type() == FileType.REGULAR
                && there.get().uid() == uid
                && there.get().sizeBytes() == entry.sizeBytes()
                && there.get().mode() == rights.mode()
                && there.get().mtimeSeconds() == entry.attributes().mtimeSeconds()
                && there.get().mtimeNanos() == entry.attributes().mtimeNanos();
    }

    private void write(PosixFile file, RegularFile entry, InputStream content) throws IOException {
        List<DataRegion> regions =
                entry.data().isEmpty()
                        ? List.of(new DataRegion(0, entry.sizeBytes()))
                        : entry.data();
        long end = 0;
        for (DataRegion region : regions) {
            copy(file, region, content);
            end = region.offset() + region.length();
        }
        if (end < entry.sizeBytes() || !entry.data().isEmpty()) {
            file.truncate(entry.sizeBytes());
        }
    }

    private void copy(PosixFile file, DataRegion region, InputStream content) throws IOException {
        long offset = region.offset();
        long left = region.length();
        while (left > 0) {
            cancellation.check();
            int count = read(content, (int) Math.min(left, block.length));
            file.writeAt(ByteBuffer.wrap(block, 0, count), offset);
            offset += count;
            left -= count;
            restored.accept(count);
        }
    }

    /// Reading and writing must not be mixed up: a failure of the archive ends the restore, one of
    /// the home only the file.
    private int read(InputStream content, int wanted) throws IOException {
        int count;
        try {
            count = content.read(block, 0, wanted);
        } catch (PosixException e) {
            throw new ArchiveException(Kind.DAMAGED, "the archive cannot be read", e);
        }
        if (count <= 0) {
            throw new ArchiveException(Kind.TRUNCATED, "a file's content ends too early");
        }
        return count;
    }

    /// Whether an extended attribute of a file could not be set.
    boolean attributesLost() {
        return attributesLost;
    }
}
