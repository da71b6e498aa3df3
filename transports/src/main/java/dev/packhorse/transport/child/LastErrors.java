package dev.packhorse.transport.child;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The last of what a child wrote to its standard error. One thread reads, another may look at what
/// was read so far.
final class LastErrors {
    private static final int BLOCK = 1 << 13;
    private static final int KEPT = 4096;

    private final InputStream stream;
    private byte[] kept = new byte[0];

    LastErrors(InputStream stream) {
        this.stream = stream;
    }

    /// Reads to the end.
    ///
    /// @return true
    boolean readAll() throws IOException {
        byte[] block = new byte[BLOCK];
        try (InputStream in = stream) {
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                keep(block, count);
            }
        }
        return true;
    }

    private synchronized void keep(byte[] block, int count) {
        byte[] all = Arrays.copyOf(kept, kept.length + count);
        System.arraycopy(block, 0, all, kept.length, count);
        kept = Arrays.copyOfRange(all, Math.max(0, all.length - KEPT), all.length);
    }

    /// What was read, without control characters.
    synchronized String text() {
        return new String(kept, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
