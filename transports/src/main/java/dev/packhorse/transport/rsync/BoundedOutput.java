package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Refuses a program's output that does not end.
final class BoundedOutput extends FilterOutputStream {
    private final String operation;
    private long left;

    BoundedOutput(OutputStream out, long most, String operation) {
        super(out);
        this.left = most;
        this.operation = operation;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        left -= length;
        if (left < 0) {
            throw new TransportException(
                    Kind.REFUSED, operation + ": what the server lists does not end");
        }
        out.write(bytes, offset, length);
    }
}
