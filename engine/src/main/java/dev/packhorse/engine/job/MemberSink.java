package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.EntryBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Hands each file that a module packs to somebody, one after the other through one file on disk,
/// and keeps nothing. Folders and links are passed over. One thread.
final class MemberSink implements ArchiveSink {
    private static final int BLOCK = 1 << 16;

    private final Path file;
    private final Taker taker;

    /// Takes members.
    @FunctionalInterface
    interface Taker {
        /// Takes one.
        ///
        /// @param path of the member
        /// @param content valid until it returns
        void take(String path, Path content) throws IOException;
    }

    /// @param file absent or a file of root's, written anew for each member
    MemberSink(Path file, Taker taker) {
        this.file = file;
        this.taker = taker;
    }

    @Override
    public void add(ArchiveEntry entry) {
        // what lies in a folder says that it is there
    }

    @Override
    public long add(ArchiveEntry.RegularFile entry, EntryBody body) throws IOException {
        long given = 0;
        try (FileChannel target =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            while (given < entry.sizeBytes()) {
                block.clear().limit((int) Math.min(BLOCK, entry.sizeBytes() - given));
                int count = body.read(block);
                if (count < 0) {
                    break;
                }
                given += count;
                block.flip();
                while (block.hasRemaining()) {
                    target.write(block);
                }
            }
        }
        taker.take(entry.path().toString(), file);
        return given;
    }

    /// What is packed again is compared without its times.
    @Override
    public long metadataTime() {
        return 0;
    }
}
