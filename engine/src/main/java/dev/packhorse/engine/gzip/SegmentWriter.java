package dev.packhorse.engine.gzip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32C;

/// Writes finished segments into the target, in order. One thread.
final class SegmentWriter implements AutoCloseable {
    private static final int COPY_BYTES = 1 << 20;

    /// RFC 1952: magic, deflate, no flags, no time, OS Unix.
    private static final byte[] STREAM_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};

    /// An empty stored block with the mark of the last one, and room for checksum and length.
    private static final int STREAM_END_BYTES = 5 + 8;

    private final WritableByteChannel target;
    private final boolean oneStream;
    private final CRC32C checksum = new CRC32C();
    private final CrcChain stream = new CrcChain();
    private final PieceChecksum pieces = new PieceChecksum();
    private final ByteBuffer copy = ByteBuffer.allocateDirect(COPY_BYTES);
    private long offset;

    /// @param oneStream whether all segments are pieces of one gzip member
    SegmentWriter(WritableByteChannel target, boolean oneStream) {
        this.target = target;
        this.oneStream = oneStream;
    }

    void begin() throws IOException {
        if (oneStream) {
            put(ByteBuffer.wrap(STREAM_HEADER));
        }
    }

    /// Writes one item and tells its task.
    void write(SegmentQueue.Item item, ByteBuffer packed) throws IOException {
        StoredRange stored = item.stored;
        long start = offset;
        if (stored != null) {
            ByteBuffer copied = copy(stored);
            if (oneStream) {
                stream.add(pieces.of(copied, stored.rawBytes()), stored.rawBytes());
            }
            put(copied);
            item.task.written(
                    new PackedSegment(
                            start, stored.packedBytes(), stored.rawBytes(), stored.crc32c(), true));
            return;
        }
        if (oneStream) {
            stream.add(item.crc, item.rawBytes);
        }
        checksum.reset();
        checksum.update(packed.duplicate());
        put(packed);
        item.task.written(
                new PackedSegment(
                        start, offset - start, item.rawBytes, (int) checksum.getValue(), false));
    }

    void end() throws IOException {
        if (oneStream) {
            ByteBuffer end =
                    ByteBuffer.allocate(STREAM_END_BYTES).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            StoredBlocks.put(ByteBuffer.allocate(0), end, true);
            end.putInt(stream.value()).putInt((int) stream.bytes()).flip();
            put(end);
        }
    }

    /// Checks the whole range before its first byte is passed on: what was written cannot be taken
    /// back.
    private ByteBuffer copy(StoredRange range) throws IOException {
        if (range.packedBytes() > COPY_BYTES + COPY_BYTES / 4) {
            throw new DamagedSourceException("a stored segment is too large");
        }
        ByteBuffer room =
                range.packedBytes() <= COPY_BYTES
                        ? copy
                        : ByteBuffer.allocateDirect((int) range.packedBytes());
        room.clear().limit((int) range.packedBytes());
        read(range.file(), range.offset(), room);
        room.flip();
        checksum.reset();
        checksum.update(room.duplicate());
        if ((int) checksum.getValue() != range.crc32c()) {
            throw new DamagedSourceException(
                    "the earlier archive is damaged at byte " + range.offset());
        }
        return room;
    }

    private static void read(FileChannel file, long from, ByteBuffer room) throws IOException {
        while (room.hasRemaining()) {
            if (count(file, from, room) < 0) {
                throw new DamagedSourceException("the earlier archive is shorter than it was");
            }
        }
    }

    /// A disk that cannot be read is a damage, too: what was there is to be packed anew.
    private static int count(FileChannel file, long from, ByteBuffer room) throws IOException {
        try {
            return file.read(room, from + room.position());
        } catch (IOException e) {
            throw new DamagedSourceException(
                    "the earlier archive cannot be read at byte %d (%s)"
                            .formatted(from + room.position(), e.getMessage()),
                    e);
        }
    }

    @Override
    public void close() {
        pieces.close();
    }

    private void put(ByteBuffer bytes) throws IOException {
        offset += bytes.remaining();
        while (bytes.hasRemaining()) {
            target.write(bytes);
        }
    }
}
