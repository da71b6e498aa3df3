package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongConsumer;

/// What one pass through the bytes of an archive file found.
///
/// @param bytes how many there are
/// @param sha256 their digest, lower-case hex
/// @param damage the first damage, as far as an index told where, empty for none
record CopyReading(long bytes, String sha256, Optional<SegmentWatch.Damage> damage) {
    private static final int BLOCK = 1 << 18;

    /// Reads to the end.
    ///
    /// @param watch told of all bytes, empty if nothing is known of where what lies
    /// @param progress told how many bytes were read
    static CopyReading of(
            InputStream in,
            Optional<SegmentWatch> watch,
            LongConsumer progress,
            Cancellation cancellation)
            throws IOException {
        MessageDigest digest = Sha256.begin();
        byte[] block = new byte[BLOCK];
        long bytes = 0;
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
            cancellation.check();
            digest.update(block, 0, count);
            if (watch.isPresent()) {
                watch.get().take(block, count);
            }
            bytes += count;
            progress.accept(count);
        }
        return new CopyReading(
                bytes,
                HexFormat.of().formatHex(digest.digest()),
                watch.flatMap(SegmentWatch::firstDamage));
    }
}
