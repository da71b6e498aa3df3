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
import org.jspecify.annotations.Nullable;

/// Reads a stored object back and compares its digest. Of a large one a note is taken after each
/// piece: a line that breaks costs what was read since. It is one call as long as the line holds,
/// since a call may cost a login, or, where a server knows no ranges, all that lies before. One
/// thread.
///
/// @param sizeBytes what the object must have
record ReadBack(Transport transport, ObjectKey key, long sizeBytes, Cancellation cancellation) {
    /// Small enough that a slow line carries it between two breaks; large enough that the notes do
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

        /// Reads on, from a stream whose first byte is the next, to its end or the given place.
        Read on(InputStream in, long end) throws IOException {
            MessageDigest further = copy(digest);
            byte[] block = new byte[BLOCK];
            long at = bytes;
            while (at < end) {
                int some = in.read(block, 0, (int) Math.min(block.length, end - at));
                if (some < 0) {
                    break;
                }
                further.update(block, 0, some);
                at += some;
            }
            return new Read(at, further);
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
            return Read.nothing().on(in, bytes);
        }
    }

    private boolean has(String sha256, Read from, Progress progress) throws IOException {
        Walk walk = new Walk(from, progress);
        while (!walk.ended) {
            long begin = walk.read.bytes();
            // One more byte, so that a longer object is noticed.
            ByteRange rest = new ByteRange(begin, sizeBytes - begin + 1);
            transport.read(key, rest, in -> walk.on(in, begin), cancellation);
        }
        if (walk.failure != null) {
            throw walk.failure;
        }
        return walk.read.bytes() == sizeBytes && walk.read.hex().equals(sha256);
    }

    /// The way through the object, by one call or, where one breaks, several.
    private final class Walk {
        private final Progress progress;
        private Read read;
        private boolean ended;
        private @Nullable IOException failure;

        Walk(Read from, Progress progress) {
            this.read = from;
            this.progress = progress;
        }

        /// Reads on. A further try of the same call begins where the first did; what was noted
        /// since need not be read again, so it is left, and another call made.
        ///
        /// @return whether that was the end
        boolean on(InputStream in, long begin) throws IOException {
            if (read.bytes() != begin) {
                return false;
            }
            while (!ended) {
                long end = Math.min(read.bytes() + PIECE, sizeBytes + 1);
                read = read.on(in, end);
                ended = read.bytes() < end || read.bytes() > sizeBytes;
                if (!ended && read.bytes() < sizeBytes) {
                    note();
                }
            }
            return true;
        }

        /// The failure is none of the place's.
        private void note() {
            try {
                progress.read(read.bytes(), read.hex());
            } catch (IOException e) {
                failure = e;
                ended = true;
            }
        }
    }
}
