package dev.packhorse.engine.gzip;

/// Joins the CRC-32 of pieces to that of the whole, without its bytes. One thread.
///
/// Source: the CRC is linear over GF(2): the sum of `AB` is that of `A`, moved on by as many zero
/// bits as `B` has, plus that of `B`. Polynomial of RFC 1952.
final class CrcChain {
    private static final int POLYNOMIAL = 0xedb88320;

    private int whole;
    private long bytes;

    /// Adds a piece behind those before it.
    void add(int crc, long length) {
        whole = times(powerOfX(8 * length), whole) ^ crc;
        bytes += length;
    }

    int value() {
        return whole;
    }

    long bytes() {
        return bytes;
    }

    /// x to the power `n`, modulo the polynomial, by repeated squaring; bits are reversed, so that
    /// the highest bit stands for 1.
    private static int powerOfX(long n) {
        int result = 1 << 31;
        int square = 1 << 30;
        for (long left = n; left != 0; left >>>= 1) {
            if ((left & 1) != 0) {
                result = times(square, result);
            }
            square = times(square, square);
        }
        return result;
    }

    private static int times(int a, int b) {
        int product = 0;
        int term = b;
        for (int bit = 31; bit >= 0; bit--) {
            if ((a >>> bit & 1) != 0) {
                product ^= term;
            }
            term = (term & 1) != 0 ? (term >>> 1) ^ POLYNOMIAL : term >>> 1;
        }
        return product;
    }
}
