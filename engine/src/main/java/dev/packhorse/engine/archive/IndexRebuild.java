package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.index.IndexFile;
import dev.packhorse.engine.index.IndexWriter;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.Optional;

/// Makes the index of an archive by reading it once. Segments and entries are those that packing
/// wrote, but for what is not in the archive: keys for taking over, and which file an entry was
/// packed from. Of a plain tar file the segments are ranges of fixed length. One thread.
public final class IndexRebuild {
    private static final int BLOCK = 1 << 16;

    private final SegmentBorders borders = new SegmentBorders();
    private final RawSegments raw;
    private final TarReader tar;
    private final byte[] block = new byte[BLOCK];
    private ByteString top = ByteString.of("");

    /// What an archive was found to be.
    ///
    /// @param archiveSha256 digest of the archive, lower-case hex
    public record Rebuilt(long archiveBytes, String archiveSha256, IndexFile index) {}

    private IndexRebuild(RangeSource archive) throws IOException {
        raw = RawSegments.open(archive, borders);
        tar = new TarReader(raw, ArchiveLimits.OWN);
    }

    /// Reads an archive to its end.
    ///
    /// @param archive stays the caller's
    /// @param target receives the index; stays the caller's
    /// @throws ArchiveException NOT_AN_ARCHIVE if it cannot be read at random because another
    ///   program packed it, or as one stream; otherwise if it is damaged
    public static Rebuilt of(RangeSource archive, WritableByteChannel target) throws IOException {
        IndexRebuild rebuild = new IndexRebuild(archive);
        try (InputStream _ = rebuild.raw) {
            return rebuild.run(target);
        }
    }

    private Rebuilt run(WritableByteChannel target) throws IOException {
        TarMember first =
                tar.next()
                        .orElseThrow(() ->
                                new ArchiveException(Kind.NOT_AN_ARCHIVE, "archive is empty"));
        ByteString name = MemberPath.of(first.name(), ArchiveLimits.OWN).plain();
        if (first.type() != TarType.FOLDER || name.indexOf('/', 0) >= 0 || name.length() == 0) {
            throw new ArchiveException(
                    Kind.NOT_AN_ARCHIVE,
                    first.shown() + ": an archive of packhorse begins with its top folder");
        }
        top = name.concat(ByteString.of("/"));
        IndexWriter index = new IndexWriter(target, raw.format(), name.display());
        long start = tar.position();
        for (Optional<TarMember> member = tar.next(); member.isPresent(); member = tar.next()) {
            start = add(member.get(), start);
            borders.write(index, start);
        }
        borders.write(index, Long.MAX_VALUE - 1);
        String sha256 = raw.sha256();
        return new Rebuilt(raw.packedBytes(), sha256, index.finish(raw.packedBytes(), sha256));
    }

    /// Adds a member that begins at a place of the unpacked stream, and returns where it ends.
    private long add(TarMember member, long start) throws IOException {
        ArchiveEntry entry = MemberEntry.of(member, path(member), top);
        int from = borders.at(start);
        long at = tar.position();
        Parts parts = new Parts(from);
        long content = 0;
        for (int count = tar.content().read(block); count >= 0; ) {
            parts.add(at + content, count);
            content += count;
            count = tar.content().read(block);
        }
        long end = at + content + TarFormat.padding(content);
        int last = borders.at(end - 1);
        borders.add(
                last,
                EntryRecord.of(
                        entry,
                        entry instanceof ArchiveEntry.RegularFile
                                ? parts.digest(last)
                                : EntryRecord.NO_DIGEST,
                        last - from,
                        start - borders.start(from),
                        end - start,
                        Optional.empty()));
        return end;
    }

    /// The digests of a file's parts, each in a segment of its own.
    private final class Parts {
        private final MessageDigest part = Digests.sha256();
        private final MessageDigest whole = Digests.sha256();
        private final int first;
        private int segment;

        Parts(int first) {
            this.first = first;
            segment = first;
        }

        void add(long rawOffset, int count) {
            int used = 0;
            while (used < count) {
                moveTo(borders.at(rawOffset + used));
                long room = borders.end(segment) - (rawOffset + used);
                int some = (int) Math.min(count - used, room);
                part.update(block, used, some);
                used += some;
            }
        }

        private void moveTo(int wanted) {
            while (segment < wanted) {
                whole.update(part.digest());
                segment++;
            }
        }

        ByteString digest(int last) {
            moveTo(last);
            byte[] sum = part.digest();
            if (last == first) {
                return ByteString.of(sum);
            }
            whole.update(sum);
            return ByteString.of(whole.digest());
        }
    }

    private BytePath path(TarMember member) throws ArchiveException {
        ByteString plain = MemberPath.of(member.name(), ArchiveLimits.OWN).plain();
        if (!plain.startsWith(top) || plain.length() == top.length()) {
            throw new ArchiveException(
                    Kind.NOT_AN_ARCHIVE, member.shown() + ": does not lie below " + top);
        }
        try {
            return new BytePath(plain.substring(top.length(), plain.length()));
        } catch (IllegalArgumentException e) {
            throw new ArchiveException(Kind.LIMIT, member.shown() + ": " + e.getMessage(), e);
        }
    }
}
