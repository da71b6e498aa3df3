package dev.packhorse.transport.rsync;

import dev.packhorse.transport.watch.CallWatch;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Passes on what a program prints, and counts it as progress.
final class ProgressingOutput extends FilterOutputStream {
    private final CallWatch watch;

    ProgressingOutput(OutputStream out, CallWatch watch) {
        super(out);
        this.watch = watch;
    }

    @Override
    public void write(int value) throws IOException {
        out.write(value);
        watch.progressed(1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        watch.progressed(length);
    }
}
