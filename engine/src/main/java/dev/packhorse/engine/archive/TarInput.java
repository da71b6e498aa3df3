package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.io.InputStream;

/// The bytes of a tar stream, in blocks. One thread.
final class TarInput {
    private final InputStream source;
    private final byte[] buffer = new byte[128 * TarFormat.BLOCK];
    private int at;
    private int end;
    private long taken;

    TarInput(InputStream source) {
        this.source = source;
    }

    /// Fills the array, and tells whether it could; false only if there was nothing at all.
    ///
    /// @throws ArchiveException TRUNCATED if the stream ends in between
    boolean readBlock(byte[] target) throws IOException {
        int done = 0;
        while (done < target.length) {
            int count = read(target, done, target.length - done);
            if (count < 0) {
                if (done == 0) {
                    return false;
                }
                throw new ArchiveException(Kind.TRUNCATED, "archive ends inside a header");
            }
            done += count;
        }
        return true;
    }

    int read(byte[] target, int offset, int length) throws IOException {
        if (at == end) {
            if (length >= buffer.length) {
                int direct = source.read(target, offset, length);
                taken += Math.max(direct, 0);
                return direct;
            }
            if (!fill()) {
                return -1;
            }
        }
        int count = Math.min(length, end - at);
        System.arraycopy(buffer, at, target, offset, count);
        at += count;
        return count;
    }

    /// Skips exactly so many bytes.
    ///
    /// @throws ArchiveException TRUNCATED if there are fewer
    void skip(long count, ByteString member) throws IOException {
        for (long left = count; left > 0; ) {
            if (at == end && !fill()) {
                throw truncated(member);
            }
            int step = (int) Math.min(left, end - at);
            at += step;
            left -= step;
        }
    }

    /// How many bytes of the stream were given out so far.
    long position() {
        return taken - (end - at);
    }

    static ArchiveException truncated(ByteString member) {
        return new ArchiveException(
                Kind.TRUNCATED, "archive ends inside " + TarMember.show(member));
    }

    private boolean fill() throws IOException {
        int count = source.read(buffer, 0, buffer.length);
        at = 0;
        end = Math.max(count, 0);
        taken += end;
        return count > 0;
    }
}
