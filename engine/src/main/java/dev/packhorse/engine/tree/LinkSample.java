package dev.packhorse.engine.tree;

import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.OptionalLong;

/// Chooses files that are linked and reads them again. A linked file is never written anew, so that
/// one that rots would be handed on from tree to tree; which ones are read is chosen anew for each
/// tree. One thread.
final class LinkSample {
    private static final long ONE_IN = 128;

    private final long salt = new SecureRandom().nextLong();
    private final ByteBuffer buffer;
    private final Cancellation cancellation;

    /// @param buffer for the files' bytes, in use while one is read
    LinkSample(ByteBuffer buffer, Cancellation cancellation) {
        this.buffer = buffer;
        this.cancellation = cancellation;
    }

    /// Whether the file with this key is read.
    boolean has(byte[] key) {
        long low = ByteBuffer.wrap(key).getLong();
        return Long.remainderUnsigned(low ^ salt, ONE_IN) == 0;
    }

    /// The hash of what a file holds. Holes are not read.
    ///
    /// @param sizeBytes its size
    byte[] content(PosixFile file, long sizeBytes) throws IOException {
        ContentDigest digest = new ContentDigest(sizeBytes);
        long at = 0;
        while (at < sizeBytes) {
            cancellation.check();
            OptionalLong data = file.seekData(at);
            if (data.isEmpty() || data.getAsLong() >= sizeBytes) {
                break;
            }
            at = data.getAsLong();
            buffer.clear().limit((int) Math.min(buffer.capacity(), sizeBytes - at));
            int count = file.readAt(buffer, at);
            if (count <= 0) {
                break;
            }
            digest.accept(at, buffer.flip());
            at += count;
        }
        return digest.finish();
    }
}
