package dev.packhorse.engine.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An index file, opened: the tables are in memory (some hundred bytes for each quarter of a MiB of
/// the account), pages of entries are read when they are asked for, one at a time. One thread.
///
/// Nothing in it was proven: whoever takes an archive's content by it compares the digests.
public final class ArchiveIndex {
    private final RangeSource source;
    private final IndexFacts facts;
    private final List<Page> pages;
    private final SegmentTable segments;
    private int loaded = -1;
    private byte[] loadedBytes = new byte[0];

    private ArchiveIndex(
            RangeSource source, IndexFacts facts, List<Page> pages, SegmentTable segments) {
        this.source = source;
        this.facts = facts;
        this.pages = pages;
        this.segments = segments;
    }

    private record Page(
            long offset,
            int packedBytes,
            int firstSegment,
            @Nullable BytePath least,
            @Nullable BytePath greatest) {
        boolean mayHold(BytePath path) {
            return least != null
                    && greatest != null
                    && TreeOrder.INSTANCE.compare(least, path) <= 0
                    && TreeOrder.INSTANCE.compare(path, greatest) <= 0;
        }

        /// Everything below a folder stands between it and what begins with it and comes last.
        boolean mayHoldBelow(BytePath folder) {
            return least != null
                    && greatest != null
                    && TreeOrder.INSTANCE.compare(folder, greatest) <= 0
                    && (least.startsWith(folder) || TreeOrder.INSTANCE.compare(least, folder) <= 0);
        }
    }

    /// An entry, and the number of the segment in which it begins.
    public record Located(IndexEntry entry, int segment) {}

    /// The segments of one file.
    public record FileSegments(int first, int count) {}

    /// Reads the tables.
    ///
    /// @throws IndexException if it is no index, of another version, or damaged
    public static ArchiveIndex open(RangeSource source) throws IOException {
        long size = source.size();
        byte[] magic = read(source, 0, Layout.MAGIC.length, size);
        boolean proves = Arrays.equals(magic, Layout.MAGIC);
        if (!proves && !Arrays.equals(magic, Layout.MAGIC_WITHOUT_PROOFS)) {
            throw new IndexException("not an index of a version that this program reads");
        }
        byte[] trailer = read(source, size - Layout.TRAILER_BYTES, Layout.TRAILER_BYTES, size);
        ByteReader end = new ByteReader(trailer);
        byte[] directory = read(source, end.fixed(), end.fixed(), size);
        byte[] table = read(source, end.fixed(), end.fixed(), size);
        if (!Arrays.equals(end.bytes(Layout.END.length), Layout.END)) {
            throw ByteReader.damaged();
        }
        ByteReader in = new ByteReader(Layout.unpack(directory));
        String format = new String(in.text(), UTF_8);
        String topFolder = new String(in.text(), UTF_8);
        long archiveBytes = in.size();
        String sha256 = new String(in.text(), UTF_8);
        long entries = in.size();
        List<Page> pages = pages(in);
        IndexFacts facts = new IndexFacts(format, topFolder, archiveBytes, sha256, entries, proves);
        return new ArchiveIndex(
                source,
                facts,
                pages,
                SegmentTable.read(
                        new ByteReader(Layout.unpack(table)), pages.size(), facts.firstSegment()));
    }

    private static List<Page> pages(ByteReader in) throws IndexException {
        int count = in.count(Integer.MAX_VALUE);
        List<Page> pages = new ArrayList<>();
        long offset = Layout.MAGIC.length;
        for (int i = 0; i < count; i++) {
            int packed = in.count(Layout.MOST_BYTES);
            int first = in.count(Integer.MAX_VALUE);
            pages.add(new Page(offset, packed, first, path(in.text()), path(in.text())));
            offset += packed;
        }
        return pages;
    }

    private static @Nullable BytePath path(byte[] bytes) throws IndexException {
        try {
            return bytes.length == 0 ? null : new BytePath(ByteString.of(bytes));
        } catch (IllegalArgumentException e) {
            throw new IndexException("the index is damaged: " + e.getMessage(), e);
        }
    }

    private static byte[] read(RangeSource source, long offset, long length, long size)
            throws IOException {
        if (offset < 0 || length < 0 || length > Layout.MOST_BYTES || offset > size - length) {
            throw ByteReader.damaged();
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) length);
        source.readFully(buffer, offset);
        return buffer.array();
    }

    /// What the index says of the archive as a whole.
    public IndexFacts facts() {
        return facts;
    }

    /// How many segments the archive has.
    public int segments() {
        return segments.size();
    }

    /// A segment by its number, from 0.
    public IndexedSegment segment(int number) {
        return segments.get(number);
    }

    /// The segment that may be taken over under a key, -1 if there is none.
    public int segment(SegmentKey key) {
        return segments.find(key);
    }

    /// The segments of the file that may be taken over under a key.
    public Optional<FileSegments> file(SegmentKey key) {
        return segments.file(key);
    }

    /// The entry of a path.
    public Optional<Located> find(BytePath path) throws IOException {
        for (int page = 0; page < pages.size(); page++) {
            if (pages.get(page).mayHold(path)) {
                for (Located each : entries(page)) {
                    if (each.entry().path().equals(path)) {
                        return Optional.of(each);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /// Visits a path's entry and all below it, in the order of the archive.
    public void forEach(BytePath path, Visitor visitor) throws IOException {
        for (int page = 0; page < pages.size(); page++) {
            if (pages.get(page).mayHoldBelow(path)) {
                for (Located each : entries(page)) {
                    if (each.entry().path().startsWith(path)) {
                        visitor.visit(each);
                    }
                }
            }
        }
    }

    /// Visits all entries, in the order of the archive.
    public void forEach(Visitor visitor) throws IOException {
        for (int page = 0; page < pages.size(); page++) {
            for (Located each : entries(page)) {
                visitor.visit(each);
            }
        }
    }

    /// Takes entries.
    @FunctionalInterface
    public interface Visitor {
        void visit(Located entry) throws IOException;
    }

    /// The entries that end in a segment.
    public List<IndexEntry> entriesOf(int segment) throws IOException {
        load(segments.page(segment));
        return decode(segment);
    }

    private List<IndexEntry> decode(int segment) throws IndexException {
        int from = segments.blobOffset(segment);
        int to = from + segments.blobBytes(segment);
        if (to > loadedBytes.length) {
            throw ByteReader.damaged();
        }
        return EntryCodec.decode(new ByteReader(loadedBytes, from, to));
    }

    private List<Located> entries(int page) throws IOException {
        load(page);
        List<Located> all = new ArrayList<>();
        int end = page + 1 < pages.size() ? pages.get(page + 1).firstSegment() : segments.size();
        if (end > segments.size()) {
            throw ByteReader.damaged();
        }
        for (int segment = pages.get(page).firstSegment(); segment < end; segment++) {
            for (IndexEntry entry : decode(segment)) {
                int first = segment - entry.segmentsBack();
                if (first < 0) {
                    throw ByteReader.damaged();
                }
                all.add(new Located(entry, first));
            }
        }
        return all;
    }

    private void load(int page) throws IOException {
        if (loaded != page) {
            Page wanted = pages.get(page);
            loadedBytes =
                    Layout.unpack(
                            read(source, wanted.offset(), wanted.packedBytes(), source.size()));
            loaded = page;
        }
    }

    /// The table of segments.
    private static final class SegmentTable {
        private final long[] offsets;
        private final int[] rawBytes;
        private final int[] crcs;
        private final @Nullable SegmentKey[] keys;
        private final int[] pages;
        private final int[] blobOffsets;
        private final int[] blobBytes;
        private final Map<SegmentKey, Integer> byKey = new HashMap<>();
        private final Map<SegmentKey, FileSegments> files = new HashMap<>();

        private SegmentTable(int count) {
            offsets = new long[count + 1];
            rawBytes = new int[count];
            crcs = new int[count];
            keys = new SegmentKey[count];
            pages = new int[count];
            blobOffsets = new int[count];
            blobBytes = new int[count];
        }

        static SegmentTable read(ByteReader in, int pageCount, long firstSegment)
                throws IndexException {
            int count = in.count(in.left());
            SegmentTable table = new SegmentTable(count);
            table.offsets[0] = firstSegment;
            int blobAt = 0;
            for (int i = 0; i < count; i++) {
                table.offsets[i + 1] = plus(table.offsets[i], in.size());
                table.rawBytes[i] = in.count(Integer.MAX_VALUE);
                table.crcs[i] = (int) in.number();
                if (in.number() == 1) {
                    SegmentKey key = new SegmentKey(in.fixed(), in.fixed());
                    table.keys[i] = key;
                    table.byKey.putIfAbsent(key, i);
                }
                table.pages[i] = in.count(pageCount - 1L);
                blobAt = i > 0 && table.pages[i] == table.pages[i - 1] ? blobAt : 0;
                table.blobOffsets[i] = blobAt;
                table.blobBytes[i] = in.count(Layout.MOST_BYTES);
                if (table.blobBytes[i] > Layout.MOST_BYTES - blobAt) {
                    throw ByteReader.damaged();
                }
                blobAt += table.blobBytes[i];
            }
            table.readFiles(in);
            return table;
        }

        private static long plus(long one, long other) throws IndexException {
            if (one > Long.MAX_VALUE - other) {
                throw ByteReader.damaged();
            }
            return one + other;
        }

        private void readFiles(ByteReader in) throws IndexException {
            int count = in.count(in.left());
            for (int i = 0; i < count; i++) {
                SegmentKey key = new SegmentKey(in.fixed(), in.fixed());
                int last = in.count(size() - 1L);
                int length = in.count(last + 1L);
                files.putIfAbsent(key, new FileSegments(last - length + 1, length));
            }
        }

        int size() {
            return rawBytes.length;
        }

        IndexedSegment get(int number) {
            return new IndexedSegment(
                    offsets[number],
                    offsets[number + 1] - offsets[number],
                    rawBytes[number],
                    crcs[number],
                    Optional.ofNullable(keys[number]));
        }

        int find(SegmentKey key) {
            Integer number = byKey.get(key);
            return number == null ? -1 : number;
        }

        Optional<FileSegments> file(SegmentKey key) {
            return Optional.ofNullable(files.get(key));
        }

        int page(int number) {
            return pages[number];
        }

        int blobOffset(int number) {
            return blobOffsets[number];
        }

        int blobBytes(int number) {
            return blobBytes[number];
        }
    }
}
