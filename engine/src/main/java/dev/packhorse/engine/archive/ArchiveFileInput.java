package dev.packhorse.engine.archive;

import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/// Reads an archive file from its beginning, counting and digesting what it reads. Closing it does
/// not close the file. One thread.
final class ArchiveFileInput extends InputStream {
    private final PosixFile file;
    private final Cancellation cancellation;
    private final MessageDigest digest = Digests.sha256();
    private long offset;

    ArchiveFileInput(PosixFile file, Cancellation cancellation) {
        this.file = file;
        this.cancellation = cancellation;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
        cancellation.check();
        int count = file.readAt(ByteBuffer.wrap(target, start, length), offset);
        if (count > 0) {
            digest.update(target, start, count);
            offset += count;
        }
        return count;
    }

    /// How many bytes were read.
    long count() {
        return offset;
    }

    /// The digest of what was read, lower-case hex. To be asked for once.
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
