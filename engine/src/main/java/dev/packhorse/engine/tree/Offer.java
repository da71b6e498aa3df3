package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.FileStat;
import java.time.Instant;
import java.util.Map;

/// A source file as it was before it was opened.
final class Offer {
    /// The coarsest clock of a file system that is in use counts in two seconds.
    private static final long SETTLED_SECONDS = 2;

    private final BytePath path;
    private final FileStat source;
    private final byte[] key;
    private final byte[] origin;

    private Offer(BytePath path, FileStat source, byte[] key, byte[] origin) {
        this.path = path;
        this.source = source;
        this.key = key;
        this.origin = origin;
    }

    static Offer of(BytePath path, FileStat source, Hashes hashes, Instant now) {
        byte[] key = hashes.key(path);
        boolean isSettled = now.getEpochSecond() - source.ctimeSeconds() > SETTLED_SECONDS;
        return new Offer(
                path, source, key, isSettled ? hashes.origin(key, source) : RecordLine.NO_ORIGIN);
    }

    BytePath path() {
        return path;
    }

    FileStat source() {
        return source;
    }

    /// Of the path.
    byte[] key() {
        return key;
    }

    /// By which the file is known again; zeros if it changed so recently that a further change
    /// might not show.
    byte[] origin() {
        return origin;
    }

    boolean isOf(RegularFile entry) {
        Attributes attributes = entry.attributes();
        return entry.path().equals(path)
                && entry.sizeBytes() == source.sizeBytes()
                && attributes.mtimeSeconds() == source.mtimeSeconds()
                && attributes.mtimeNanos() == source.mtimeNanos()
                && attributes.mode() == source.mode()
                && attributes.uid() == source.uid()
                && attributes.gid() == source.gid();
    }

    /// Whether a file of a tree is it.
    ///
    /// @param grain how many nanoseconds times are counted in where the tree lies
    boolean isLike(FileStat kept, int grain) {
        return kept.type() == source.type()
                && kept.sizeBytes() == source.sizeBytes()
                && kept.mtimeSeconds() == source.mtimeSeconds()
                && kept.mtimeNanos() == source.mtimeNanos() - source.mtimeNanos() % grain
                && kept.mode() == source.mode()
                && kept.uid() == source.uid()
                && kept.gid() == source.gid();
    }

    /// The member, without its extended attributes, which nobody has read.
    ///
    /// @param place where the tree lies
    RegularFile entry(TreePlace place) {
        Attributes attributes =
                new Attributes(
                        source.mode(),
                        source.uid(),
                        source.gid(),
                        source.mtimeSeconds(),
                        source.mtimeNanos(),
                        Map.of());
        return RegularFile.of(path, place.of(attributes), source.sizeBytes());
    }
}
