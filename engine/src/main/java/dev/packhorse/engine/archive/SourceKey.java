package dev.packhorse.engine.archive;

import dev.packhorse.engine.index.SegmentKey;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.FileStat;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/// Builds the key of what is packed from files without reading them: from their paths and from all
/// that the kernel says of them and that a change of content or attributes cannot leave alone. The
/// device's number is left out, since it may differ after a reboot. One thread, one use.
public final class SourceKey {
    private final MessageDigest digest = Digests.sha256();
    private final ByteBuffer numbers = ByteBuffer.allocate(64);

    private SourceKey(String what) {
        add(ByteString.of(what));
    }

    /// The key of a group of members.
    public static SourceKey ofRun() {
        return new SourceKey("run");
    }

    /// The key of a large file.
    public static SegmentKey ofFile(SourceFile file) {
        return new SourceKey("file").add(file.path().value()).add(file.stat()).build();
    }

    /// Adds a text, with its length.
    public SourceKey add(ByteString text) {
        numbers.clear().putInt(text.length()).flip();
        digest.update(numbers);
        digest.update(text.toBytes());
        return this;
    }

    /// Adds what the kernel says.
    public SourceKey add(FileStat stat) {
        add(ByteString.of(stat.type().name()));
        numbers.clear();
        numbers.putInt(stat.mode()).putInt(stat.uid()).putInt(stat.gid());
        numbers.putLong(stat.sizeBytes());
        numbers.putLong(stat.mtimeSeconds()).putInt(stat.mtimeNanos());
        numbers.putLong(stat.ctimeSeconds()).putInt(stat.ctimeNanos());
        numbers.putLong(stat.inode()).putInt(stat.links());
        digest.update(numbers.flip());
        return this;
    }

    public SegmentKey build() {
        return SegmentKey.of(digest.digest());
    }
}
