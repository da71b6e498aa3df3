package dev.packhorse.engine.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.HexFormat;

/// Passes bytes on to a channel, counting and digesting them. Closing it does nothing: the channel
/// is somebody else's. One thread.
final class DigestChannel implements WritableByteChannel {
    private final WritableByteChannel target;
    private final MessageDigest digest = Digests.sha256();
    private long count;

    DigestChannel(WritableByteChannel target) {
        this.target = target;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        ByteBuffer view = source.duplicate();
        int written = target.write(source);
        view.limit(view.position() + written);
        digest.update(view);
        count += written;
        return written;
    }

    long count() {
        return count;
    }

    /// The digest of all bytes, lower-case hex. To be asked for once.
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public boolean isOpen() {
        return target.isOpen();
    }

    @Override
    public void close() {
        // Not ours to close.
    }
}
