package dev.packhorse.engine.gzip;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/// Tells packers apart that may make other bytes of the same ones: by their code, and by what they
/// make of a sample. After an upgrade of a library nothing that the earlier one packed is taken
/// over, so that an archive is always what one packer made. Many threads.
final class PackerFingerprint {
    private static final int SAMPLE_BYTES = 64 * 1024;
    private static final int SHOWN_BYTES = 8;
    private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

    private PackerFingerprint() {}

    /// The packer's, found once.
    static String of(DeflateBackend backend, int level) {
        return KNOWN.computeIfAbsent(
                backend + "/" + level,
                _ -> {
                    try (Codec codec = backend.codec(level)) {
                        return of(backend.code(), codec);
                    }
                });
    }

    static String of(String code, Codec codec) {
        MessageDigest digest = LoadedCode.sha256();
        digest.update(code.getBytes(StandardCharsets.UTF_8));
        ByteBuffer packed = ByteBuffer.allocateDirect(2 * SAMPLE_BYTES);
        int length = codec.deflate(sample(), packed);
        digest.update(packed.clear().limit(length));
        return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), SHOWN_BYTES));
    }

    /// Words that come again and again, near and far, and numbers that do not.
    private static ByteBuffer sample() {
        Random random = new Random(1);
        ByteBuffer sample = ByteBuffer.allocateDirect(SAMPLE_BYTES);
        while (sample.remaining() > Long.BYTES) {
            if (random.nextInt(4) == 0) {
                sample.putLong(random.nextLong());
            } else {
                byte[] word =
                        Integer.toString(random.nextInt(2_000), 5)
                                .getBytes(StandardCharsets.US_ASCII);
                sample.put(word, 0, Math.min(word.length, sample.remaining()));
            }
        }
        return sample.flip();
    }
}
