package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancellableRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/// Reads a stored object back and compares its digest. A large one is read in pieces, each by a
/// call of its own: a line that breaks costs what was read of one piece, and each piece has all the
/// time that calls are tried again for. One thread.
///
/// @param sizeBytes what the object must have
record ReadBack(Transport transport, ObjectKey key, long sizeBytes, Cancellation cancellation) {
    /// Small enough that a slow line carries it between two breaks; large enough that the calls do
    /// not count.
    static final long PIECE = 32L << 20;

    private static final int BLOCK = 1 << 18;

    /// Takes notes of how far an object was read.
    @FunctionalInterface
    interface Progress {
        /// Nobody wants to know.
        Progress NONE = (_, _) -> {};

        /// So many bytes were read.
        ///
        /// @param digest of these bytes
        void read(long bytes, String digest) throws IOException;
    }

    /// A part of the object that was read: how many bytes there are before its end, and the digest
    /// so far.
    private record Read(long bytes, MessageDigest digest) {
        static Read nothing() {
            return new Read(0, Sha256.begin());
        }

        /// Reads on, from a stream whose first byte is the next.
        Read on(InputStream in) throws IOException {
            MessageDigest further = copy(digest);
            byte[] block = new byte[BLOCK];
            long count = 0;
            for (int some = in.read(block); some >= 0; some = in.read(block)) {
                further.update(block, 0, some);
                count += some;
            }
            return new Read(bytes + count, further);
        }

        String hex() {
            return HexFormat.of().formatHex(copy(digest).digest());
        }

        private static MessageDigest copy(MessageDigest digest) {
            try {
                return (MessageDigest) digest.clone();
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("the digests of every JDK can be copied", e);
            }
        }
    }

    /// Whether the object has a digest, all of it read now.
    ///
    /// @throws IOException if it cannot be read
    boolean has(String sha256, Progress progress) throws IOException {
        return isReadInPieces() ? has(sha256, Read.nothing(), progress) : hasAtOnce(sha256);
    }

    /// Whether the object has a digest, the beginning of which was read earlier. A digest cannot be
    /// kept half made; but a file of this side that should be the same begins with bytes of the
    /// digest that was noted, so it gives that half again.
    ///
    /// @param there what the place says of the object now
    /// @param same the file that was sent, if there is one
    /// @throws IOException if one of them cannot be read
    boolean has(
            String sha256,
            ProofJournal.Note before,
            ObjectInfo there,
            Optional<Path> same,
            Progress progress)
            throws IOException {
        boolean goesOn =
                isReadInPieces()
                        && same.isPresent()
                        && before.bytes() > 0
                        && before.bytes() < sizeBytes
                        && before.isOf(there.modified());
        if (!goesOn) {
            return has(sha256, progress);
        }
        Read again = beginning(same.get(), before.bytes());
        boolean isSame = again.bytes() == before.bytes() && again.hex().equals(before.digest());
        return has(sha256, isSame ? again : Read.nothing(), progress);
    }

    private boolean isReadInPieces() {
        return transport.traits().readsRanges() && sizeBytes > PIECE;
    }

    private boolean hasAtOnce(String sha256) throws IOException {
        return transport.read(key, ByteRange.ALL, Sha256::of, cancellation).equals(sha256);
    }

    private Read beginning(Path file, long bytes) throws IOException {
        try (InputStream in =
                new CancellableRange(Files.newInputStream(file), bytes, cancellation)) {
            return Read.nothing().on(in);
        }
    }

    private boolean has(String sha256, Read from, Progress progress) throws IOException {
        Read read = from;
        while (read.bytes() < sizeBytes) {
            Read before = read;
            long end = Math.min(before.bytes() + PIECE, sizeBytes);
            // One more byte at the end, so that a longer object is noticed.
            long length = end - before.bytes() + (end == sizeBytes ? 1 : 0);
            read =
                    transport.read(
                            key, new ByteRange(before.bytes(), length), before::on, cancellation);
            if (read.bytes() != end) {
                return false;
            }
            if (end < sizeBytes) {
                progress.read(end, read.hex());
            }
        }
        return read.hex().equals(sha256);
    }
}
