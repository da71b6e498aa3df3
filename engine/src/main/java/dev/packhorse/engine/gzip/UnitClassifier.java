package dev.packhorse.engine.gzip;

import java.nio.ByteBuffer;

/// Classes a unit by a sample: how evenly its byte values are spread, and from which alphabet they
/// come. One thread.
final class UnitClassifier {
    private static final int PIECES = 8;
    private static final int PIECE_BYTES = 512;
    private static final int SAMPLE_BYTES = PIECES * PIECE_BYTES;

    /// Bits a byte; 4,096 random bytes measure 7.955, give or take 0.01. A lower bound would store
    /// what still shrinks by a few hundredths.
    private static final double INCOMPRESSIBLE_BITS = 7.92;

    /// Base64 of random bytes measures 6.0, program text at most 5.4.
    private static final double BASE64_BITS = 5.75;

    private static final boolean[] BASE64 = base64Alphabet();
    private static final double[] WEIGHT = weights();

    private final int[] counts = new int[256];

    /// Classes the bytes between two indexes of the buffer. Units smaller than the sample are not
    /// worth a decision of their own.
    UnitClass classify(ByteBuffer bytes, int from, int to) {
        if (to - from < SAMPLE_BYTES) {
            return UnitClass.FULL;
        }
        java.util.Arrays.fill(counts, 0);
        int step = (to - from - PIECE_BYTES) / (PIECES - 1);
        for (int piece = 0; piece < PIECES; piece++) {
            int start = from + piece * step;
            for (int i = start; i < start + PIECE_BYTES; i++) {
                counts[bytes.get(i) & 0xff]++;
            }
        }
        double bits = bitsPerByte();
        if (bits > INCOMPRESSIBLE_BITS) {
            return UnitClass.STORED;
        }
        return bits > BASE64_BITS && isBase64() ? UnitClass.ENTROPY : UnitClass.FULL;
    }

    private double bitsPerByte() {
        double sum = 0;
        for (int count : counts) {
            sum += WEIGHT[count];
        }
        return Math.log(SAMPLE_BYTES) / Math.log(2) - sum / SAMPLE_BYTES;
    }

    /// Whether all but a few bytes (mail headers between two bodies) are of the alphabet.
    private boolean isBase64() {
        int inside = 0;
        for (int value = 0; value < counts.length; value++) {
            inside += BASE64[value] ? counts[value] : 0;
        }
        return inside >= SAMPLE_BYTES - SAMPLE_BYTES / 50;
    }

    private static boolean[] base64Alphabet() {
        boolean[] alphabet = new boolean[256];
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_\r\n";
        letters.chars().forEach(letter -> alphabet[letter] = true);
        return alphabet;
    }

    private static double[] weights() {
        double[] weight = new double[SAMPLE_BYTES + 1];
        for (int count = 1; count < weight.length; count++) {
            weight[count] = count * Math.log(count) / Math.log(2);
        }
        return weight;
    }
}
