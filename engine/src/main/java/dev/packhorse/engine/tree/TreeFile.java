package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.EntryBody;
import dev.packhorse.engine.posix.AccountThread;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes one regular file from its body: as many bytes as its entry declares, what the body does
/// not give as a hole. The body is read with the rights of the calling thread, the file written
/// with those of the process. One thread, one use.
final class TreeFile {
    private final PosixFile file;
    private final RegularFile entry;
    private final EntryBody body;
    private final ByteBuffer buffer;
    private final Cancellation cancellation;
    private final ContentDigest digest;
    private long given;
    private boolean isEnded;
    private @Nullable IOException bodyFailure;

    /// @param buffer for the file's bytes, direct
    TreeFile(
            PosixFile file,
            RegularFile entry,
            EntryBody body,
            ByteBuffer buffer,
            Cancellation cancellation) {
        this.file = file;
        this.entry = entry;
        this.body = body;
        this.buffer = buffer;
        this.cancellation = cancellation;
        this.digest = new ContentDigest(entry.sizeBytes());
    }

    /// Writes the content.
    ///
    /// @throws IOException if it cannot be written, or the run was cancelled, but not if the body
    ///   failed
    void writeContent() throws IOException {
        long end = 0;
        for (DataRegion region : regions()) {
            long copied = copy(region);
            end = copied == 0 ? end : region.offset() + copied;
        }
        if (end < entry.sizeBytes()) {
            AccountThread.asProcess(() -> {
                file.truncate(entry.sizeBytes());
                return file;
            });
        }
    }

    private List<DataRegion> regions() {
        return entry.data().isEmpty()
                ? List.of(new DataRegion(0, entry.sizeBytes()))
                : entry.data();
    }

    private long copy(DataRegion region) throws IOException {
        long done = 0;
        while (done < region.length() && !isEnded) {
            cancellation.check();
            buffer.clear().limit((int) Math.min(buffer.capacity(), region.length() - done));
            fill();
            buffer.flip();
            int count = buffer.remaining();
            write(region.offset() + done);
            done += count;
        }
        return done;
    }

    private void fill() throws CancelledException {
        int told;
        try {
            told = body.read(buffer);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            // Whatever it had put before it failed was not told, and does not count.
            buffer.position(0);
            bodyFailure = e;
            isEnded = true;
            return;
        }
        int count = buffer.position();
        if (told != (count == 0 ? -1 : count)) {
            throw new IllegalStateException("body put " + count + " bytes but tells " + told);
        }
        isEnded = count == 0;
        given += count;
    }

    private void write(long offset) throws IOException {
        if (!buffer.hasRemaining()) {
            return;
        }
        AccountThread.asProcess(() -> {
            file.writeAt(buffer.duplicate(), offset);
            return file;
        });
        digest.accept(offset, buffer);
    }

    /// The hash of what was written.
    byte[] content() {
        return digest.finish();
    }

    /// How many bytes came from the body.
    long given() {
        return given;
    }

    /// How many bytes were asked of it.
    long declared() {
        return regions().stream().mapToLong(DataRegion::length).sum();
    }

    /// The body's own failure, if it had one.
    @Nullable IOException bodyFailure() {
        return bodyFailure;
    }
}
