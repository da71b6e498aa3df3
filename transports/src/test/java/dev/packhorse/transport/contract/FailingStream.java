package dev.packhorse.transport.contract;

import java.io.IOException;
import java.io.InputStream;

/// Gives some zeros, then fails as a dying disk does.
final class FailingStream extends InputStream {
    private int left;

    FailingStream(int bytes) {
        this.left = bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (left == 0) {
            throw new IOException("disk is gone");
        }
        int count = Math.min(left, length);
        java.util.Arrays.fill(target, offset, offset + count, (byte) 0);
        left -= count;
        return count;
    }
}
