package dev.packhorse.engine.archive;

import dev.packhorse.engine.gzip.PackedSegment;
import dev.packhorse.engine.gzip.SegmentTask;
import dev.packhorse.engine.gzip.StoredRange;
import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.index.SegmentKey;
import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A segment whose bytes the filling thread puts: small members, or a piece of a large file. It is
/// known by its content, so that a worker can find it in an earlier archive.
final class PutSegment implements SegmentTask {
    private final WrittenSegments written;
    private final Optional<EarlierArchive> earlier;
    private final List<Part> parts = new ArrayList<>();
    private @Nullable LargeFile large;
    private boolean isLast;
    private @Nullable SegmentKey key;

    PutSegment(WrittenSegments written, Optional<EarlierArchive> earlier) {
        this.written = written;
        this.earlier = earlier;
    }

    /// A member's headers, or a piece of a large file, and where its content lies in this segment.
    private static final class Part {
        final @Nullable ArchiveEntry entry;
        final int start;
        final int contentStart;
        int contentEnd;
        int end;
        ByteString digest = EntryRecord.NO_DIGEST;

        Part(@Nullable ArchiveEntry entry, int start, int contentStart) {
            this.entry = entry;
            this.start = start;
            this.contentStart = contentStart;
            this.contentEnd = contentStart;
            this.end = contentStart;
        }
    }

    /// Notes a member: its headers begin at `start`, its content at `content`.
    void begin(ArchiveEntry entry, int start, int content) {
        parts.add(new Part(entry, start, content));
    }

    /// Notes that this is a piece of a large file, with its content from here on.
    void begin(LargeFile file, int content) {
        large = file;
        parts.add(new Part(null, 0, content));
    }

    /// Notes where the content of what was begun last ends, and its filling.
    void end(int content, int filling) {
        parts.getLast().contentEnd = content;
        parts.getLast().end = filling;
    }

    /// Notes that the large file ends here.
    void endFile() {
        isLast = true;
    }

    @Override
    public void fill(ByteBuffer raw) {
        // The filling thread did it.
    }

    /// Digests each byte once: the key is made of the headers and of the contents' digests.
    @Override
    public Optional<StoredRange> stored(ByteBuffer raw) {
        if (!written.isListed() && earlier.isEmpty()) {
            return Optional.empty();
        }
        MessageDigest whole = Digests.sha256();
        MessageDigest content = Digests.sha256();
        int at = 0;
        for (Part part : parts) {
            whole.update(raw.slice(at, part.contentStart - at));
            if (part.contentEnd > part.contentStart || isFile(part)) {
                content.update(raw.slice(part.contentStart, part.contentEnd - part.contentStart));
                byte[] sum = content.digest();
                part.digest = ByteString.of(sum);
                whole.update(sum);
            }
            at = part.contentEnd;
        }
        whole.update(raw.slice(at, raw.limit() - at));
        SegmentKey found = SegmentKey.of(whole.digest());
        key = found;
        return earlier.flatMap(archive -> {
            int number = archive.segment(found);
            return number < 0 ? Optional.empty() : Optional.of(archive.range(number));
        });
    }

    private boolean isFile(Part part) {
        return large != null || part.entry instanceof ArchiveEntry.RegularFile;
    }

    @Override
    public void written(PackedSegment segment) throws IOException {
        LargeFile file = large;
        if (file != null) {
            file.addPiece(parts.getFirst().digest, segment.rawBytes());
        }
        written.add(segment, Optional.ofNullable(key), entries(file));
        if (file != null && isLast) {
            file.key().ifPresent(each -> written.file(each, file.pieces()));
        }
    }

    private List<IndexEntry> entries(@Nullable LargeFile file) {
        if (file != null) {
            return isLast ? List.of(file.entry()) : List.of();
        }
        List<IndexEntry> entries = new ArrayList<>();
        for (Part part : parts) {
            if (part.entry != null) {
                entries.add(
                        EntryRecord.of(
                                part.entry,
                                part.digest,
                                0,
                                part.start,
                                part.end - part.start,
                                Optional.empty()));
            }
        }
        return entries;
    }
}
