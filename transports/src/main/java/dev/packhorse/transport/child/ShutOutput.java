package dev.packhorse.transport.child;

import java.io.IOException;
import java.io.OutputStream;

/// Passes bytes on until it is shut, and never after. Safe for two threads.
final class ShutOutput extends OutputStream {
    private final OutputStream out;
    private boolean shut;

    ShutOutput(OutputStream out) {
        this.out = out;
    }

    /// Returns when nothing is being written any more.
    synchronized void shut() {
        shut = true;
    }

    synchronized boolean isShut() {
        return shut;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        if (shut) {
            throw new IOException("the program has ended");
        }
        out.write(bytes, offset, length);
    }
}
