package dev.packhorse.engine.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes an index while its archive is written, segment after segment. Keeps some forty bytes a
/// segment and nothing an entry. One thread at a time.
public final class IndexWriter {
    private final WritableByteChannel target;
    private final String format;
    private final String topFolder;
    private final MessageDigest digest = sha256();
    private final ByteWriter page = new ByteWriter();
    private final ByteWriter segments = new ByteWriter();
    private final ByteWriter directory = new ByteWriter();
    private final ByteWriter files = new ByteWriter();
    private long offset;
    private long entries;
    private int pages;
    private int segmentCount;
    private int firstOfPage;
    private @Nullable BytePath least;
    private @Nullable BytePath greatest;
    private int fileCount;

    /// @param target receives the index file; stays the caller's
    /// @param format the identity of the archive's segment format
    /// @throws IOException if the target cannot be written
    public IndexWriter(WritableByteChannel target, String format, String topFolder)
            throws IOException {
        this.target = target;
        this.format = format;
        this.topFolder = topFolder;
        put(Layout.MAGIC);
    }

    /// Adds the next segment.
    ///
    /// @param ending the entries that end in it
    public void add(IndexedSegment segment, List<IndexEntry> ending) throws IOException {
        byte[] blob = EntryCodec.encode(ending);
        segments.number(segment.packedBytes());
        segments.number(segment.rawBytes());
        segments.number(Integer.toUnsignedLong(segment.crc32c()));
        segments.number(segment.key().isPresent() ? 1 : 0);
        segment.key()
                .ifPresent(key -> {
                    segments.fixed(key.high());
                    segments.fixed(key.low());
                });
        segments.number(pages);
        segments.number(blob.length);
        segmentCount++;
        page.bytes(blob);
        entries += ending.size();
        ending.forEach(entry -> widen(entry.path()));
        if (page.length() >= Layout.PAGE_BYTES) {
            endPage();
        }
    }

    /// Says that the segments added last are one file, whole.
    ///
    /// @param count how many of them
    public void file(SegmentKey key, int count) {
        files.fixed(key.high());
        files.fixed(key.low());
        files.number(segmentCount - 1);
        files.number(count);
        fileCount++;
    }

    /// Ends the index. To be called once.
    ///
    /// @param archiveSha256 lower-case hex
    public IndexFile finish(long archiveBytes, String archiveSha256) throws IOException {
        endPage();
        long segmentTable = offset;
        ByteWriter table = new ByteWriter();
        table.number(segmentCount);
        table.bytes(segments.array(), 0, segments.length());
        table.number(fileCount);
        table.bytes(files.array(), 0, files.length());
        put(Layout.pack(table.array(), table.length()));
        long directoryAt = offset;
        ByteWriter facts = new ByteWriter();
        facts.text(format.getBytes(UTF_8));
        facts.text(topFolder.getBytes(UTF_8));
        facts.number(archiveBytes);
        facts.text(archiveSha256.getBytes(UTF_8));
        facts.number(entries);
        facts.number(pages);
        facts.bytes(directory.array(), 0, directory.length());
        put(Layout.pack(facts.array(), facts.length()));
        ByteWriter trailer = new ByteWriter();
        trailer.fixed(directoryAt);
        trailer.fixed(offset - directoryAt);
        trailer.fixed(segmentTable);
        trailer.fixed(directoryAt - segmentTable);
        trailer.bytes(Layout.END);
        put(trailer.toBytes());
        return new IndexFile(offset, HexFormat.of().formatHex(digest.digest()));
    }

    private void endPage() throws IOException {
        if (segmentCount == firstOfPage) {
            return;
        }
        byte[] packed = Layout.pack(page.array(), page.length());
        directory.number(packed.length);
        directory.number(firstOfPage);
        directory.text(least == null ? new byte[0] : least.value().toBytes());
        directory.text(greatest == null ? new byte[0] : greatest.value().toBytes());
        put(packed);
        page.clear();
        pages++;
        firstOfPage = segmentCount;
        least = null;
        greatest = null;
    }

    private void widen(BytePath path) {
        if (least == null || TreeOrder.INSTANCE.compare(path, least) < 0) {
            least = path;
        }
        if (greatest == null || TreeOrder.INSTANCE.compare(path, greatest) > 0) {
            greatest = path;
        }
    }

    private void put(byte[] bytes) throws IOException {
        digest.update(bytes);
        offset += bytes.length;
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            target.write(buffer);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
