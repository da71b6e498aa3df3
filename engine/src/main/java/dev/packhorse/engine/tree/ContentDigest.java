package dev.packhorse.engine.tree;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/// The content hash of a file, made in one pass over its data. One thread, one file.
///
/// A file of up to 64 MiB is hashed as it is, holes as zeros: the usual SHA-256. A larger one is
/// hashed in blocks of 4 KiB: each that is not all zeros, preceded by its number in eight bytes,
/// the last as long as it is. So a file of a terabyte that is one hole costs nothing, and the hash
/// does not depend on where a file system keeps holes.
final class ContentDigest {
    static final long LARGE = 64L << 20;
    static final int BLOCK = 4096;

    private static final byte[] ZEROS = new byte[BLOCK];

    private final MessageDigest digest = Hashes.sha256();
    private final long sizeBytes;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    private final byte[] block;
    private long blockNumber;
    private int used;
    private long at;

    /// @param sizeBytes the file's size
    ContentDigest(long sizeBytes) {
        this.sizeBytes = sizeBytes;
        block = new byte[sizeBytes > LARGE ? BLOCK : 0];
    }

    /// Takes bytes; what lies between them and the bytes before is zeros.
    ///
    /// @param offset not before the end of the bytes before
    void accept(long offset, ByteBuffer bytes) {
        if (block.length > 0) {
            acceptInBlocks(offset, bytes);
            return;
        }
        zerosTo(offset);
        at += bytes.remaining();
        digest.update(bytes);
    }

    private void zerosTo(long offset) {
        while (at < offset) {
            int length = (int) Math.min(ZEROS.length, offset - at);
            digest.update(ZEROS, 0, length);
            at += length;
        }
    }

    private void acceptInBlocks(long offset, ByteBuffer bytes) {
        long to = offset;
        while (bytes.hasRemaining()) {
            if (to / BLOCK != blockNumber) {
                endBlock();
                blockNumber = to / BLOCK;
            }
            int within = (int) (to % BLOCK);
            int length = Math.min(BLOCK - within, bytes.remaining());
            bytes.get(block, within, length);
            used = within + length;
            to += length;
        }
    }

    private void endBlock() {
        long length = Math.min(BLOCK, sizeBytes - blockNumber * BLOCK);
        boolean hasData = used > 0 && !Arrays.equals(block, 0, used, ZEROS, 0, used);
        if (hasData) {
            digest.update(number.clear().putLong(blockNumber).flip());
            digest.update(block, 0, (int) length);
        }
        Arrays.fill(block, (byte) 0);
        used = 0;
    }

    /// The hash; once, after all bytes.
    byte[] finish() {
        if (block.length > 0) {
            endBlock();
        } else {
            zerosTo(sizeBytes);
        }
        return digest.digest();
    }
}
