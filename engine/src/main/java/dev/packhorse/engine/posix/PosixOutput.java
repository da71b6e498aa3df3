package dev.packhorse.engine.posix;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Writes a [PosixFile] from its position on.
final class PosixOutput extends OutputStream {
    private final PosixFile file;

    PosixOutput(PosixFile file) {
        this.file = file;
    }

    @Override
    public void write(int value) throws IOException {
        file.write(ByteBuffer.wrap(new byte[] {(byte) value}));
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        file.write(ByteBuffer.wrap(source, offset, length));
    }
}
