package dev.packhorse.engine.archive;

import dev.packhorse.engine.gzip.SegmentOutput;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Puts members into segments on the filling thread: small ones in rows, large files in segments of
/// their own. One thread.
final class SegmentFiller {
    /// Files with more stored bytes take segments of their own.
    static final int SMALL_BYTES = 128 * 1024;

    /// So much is read before a cut is looked for; what lies behind the cut is moved.
    private static final int STEP_BYTES = 64 * 1024;

    private final SegmentOutput output;
    private final WrittenSegments written;
    private final Optional<EarlierArchive> earlier;
    private final Cancellation cancellation;
    private final byte[] moved = new byte[STEP_BYTES];
    private @Nullable PutSegment current;

    SegmentFiller(
            SegmentOutput output,
            WrittenSegments written,
            Optional<EarlierArchive> earlier,
            Cancellation cancellation) {
        this.output = output;
        this.written = written;
        this.earlier = earlier;
        this.cancellation = cancellation;
    }

    /// Puts the header of the top folder, which is no entry.
    void putTop(byte[] header) throws IOException {
        begin();
        output.take().put(header);
    }

    /// Puts a member without content.
    void put(ArchiveEntry entry, byte[] header) throws IOException {
        if (header.length > SMALL_BYTES) {
            throw new ArchiveException(
                    ArchiveException.Kind.LIMIT, entry.path() + ": its headers are too large");
        }
        makeRoom(entry, header.length);
        ByteBuffer raw = output.take();
        int start = raw.position();
        raw.put(header);
        PutSegment segment = begin();
        segment.begin(entry, start, raw.position());
        segment.end(raw.position(), raw.position());
    }

    /// Puts a file.
    ContentCopy put(ArchiveEntry.RegularFile entry, byte[] header, EntryBody body)
            throws IOException {
        long stored = SparseMap.storedBytes(entry);
        ContentCopy copy = new ContentCopy(body, cancellation);
        if (stored <= SMALL_BYTES && header.length <= SMALL_BYTES) {
            putSmall(entry, header, (int) stored, copy);
        } else {
            putLarge(entry, header, stored, body, copy);
        }
        return copy;
    }

    private void putSmall(
            ArchiveEntry.RegularFile entry, byte[] header, int stored, ContentCopy copy)
            throws IOException {
        int filling = TarFormat.padding(stored);
        makeRoom(entry, header.length + stored + filling);
        ByteBuffer raw = output.take();
        int start = raw.position();
        raw.put(header);
        PutSegment segment = begin();
        segment.begin(entry, start, raw.position());
        copy.fill(raw, stored);
        int end = raw.position();
        putZeros(raw, filling);
        segment.end(end, raw.position());
    }

    private void putLarge(
            ArchiveEntry.RegularFile entry,
            byte[] header,
            long stored,
            EntryBody body,
            ContentCopy copy)
            throws IOException {
        end();
        LargeFile file = new LargeFile(entry);
        putHeader(file, header);
        ContentCut cut = new ContentCut();
        long left = stored;
        while (left > 0) {
            cancellation.check();
            ByteBuffer raw = output.take();
            int from = raw.position();
            int step = (int) Math.min(left, STEP_BYTES);
            copy.fill(raw, step);
            left -= step;
            int piece = cut.endIn(raw, from, raw.position());
            if (piece >= 0 && (left > 0 || piece < step)) {
                nextPiece(file, raw, from + piece, cut);
            }
        }
        ByteBuffer raw = output.take();
        int content = raw.position();
        putZeros(raw, TarFormat.padding(stored));
        begin().end(content, raw.position());
        begin().endFile();
        file.source(body.unchangedSource());
        end();
    }

    /// Almost always it fits the first piece.
    private void putHeader(LargeFile file, byte[] header) throws IOException {
        int at = 0;
        while (at < header.length) {
            ByteBuffer raw = output.take();
            int count = Math.min(raw.remaining() - ContentCut.MOST_BYTES, header.length - at);
            raw.put(header, at, count);
            at += count;
            PutSegment segment = begin();
            segment.begin(file, raw.position());
            segment.end(raw.position(), raw.position());
            if (at < header.length) {
                end();
            }
        }
    }

    /// Ends the piece at an index of the buffer, and moves what lies behind it into the next one.
    private void nextPiece(LargeFile file, ByteBuffer raw, int end, ContentCut cut)
            throws IOException {
        int rest = raw.position() - end;
        raw.get(end, moved, 0, rest);
        raw.position(end);
        begin().end(end, end);
        end();
        ByteBuffer next = output.take();
        next.put(moved, 0, rest);
        begin().begin(file, 0);
        if (cut.endIn(next, 0, rest) >= 0) {
            throw new IllegalStateException("a piece shorter than the shortest");
        }
    }

    /// Puts zeros that belong to no member.
    void putZeros(int count) throws IOException {
        PutSegment _ = begin();
        putZeros(output.take(), count);
        end();
    }

    private static void putZeros(ByteBuffer raw, int count) {
        ContentCopy.zeros(raw.slice(raw.position(), count));
        raw.position(raw.position() + count);
    }

    private void makeRoom(ArchiveEntry entry, int bytes) throws IOException {
        if (current != null
                && MemberCut.isBefore(output.take().position(), entry.path().value(), bytes)) {
            end();
        }
    }

    private PutSegment begin() {
        PutSegment segment = current;
        if (segment == null) {
            segment = new PutSegment(written, earlier);
            current = segment;
        }
        return segment;
    }

    /// Hands on the segment that is being filled, if there is one.
    void end() throws IOException {
        PutSegment segment = current;
        if (segment != null) {
            current = null;
            output.submit(segment);
        }
    }
}
