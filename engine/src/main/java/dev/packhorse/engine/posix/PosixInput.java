package dev.packhorse.engine.posix;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// Reads a [PosixFile] from its position on.
final class PosixInput extends InputStream {
    private final PosixFile file;

    PosixInput(PosixFile file) {
        this.file = file;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return file.read(ByteBuffer.wrap(one)) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return file.read(ByteBuffer.wrap(target, offset, length));
    }
}
