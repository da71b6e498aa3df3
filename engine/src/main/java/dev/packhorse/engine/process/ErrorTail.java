package dev.packhorse.engine.process;

import java.nio.charset.StandardCharsets;

/// Keeps the last bytes of what a child writes to its standard error. Safe for two threads.
final class ErrorTail {
    static final int LIMIT_BYTES = 64 * 1024;

    private final byte[] ring = new byte[LIMIT_BYTES];
    private long total;

    synchronized void add(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            ring[(int) (total++ % LIMIT_BYTES)] = bytes[i];
        }
    }

    synchronized String text() {
        int kept = (int) Math.min(total, LIMIT_BYTES);
        byte[] bytes = new byte[kept];
        for (int i = 0; i < kept; i++) {
            bytes[i] = ring[(int) ((total - kept + i) % LIMIT_BYTES)];
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
