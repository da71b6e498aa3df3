package dev.packhorse.transport.sftp;

import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.io.OutputStream;

/// Writes a stream to an open file; only the time in which a write waits for the server counts as
/// standing still. One thread at a time.
final class SftpOutput extends OutputStream {
    private final SftpWriter writer;
    private final CallWatch watch;

    /// @param watch paused
    SftpOutput(SftpWriter writer, CallWatch watch) {
        this.writer = writer;
        this.watch = watch;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        watch.resume();
        try {
            writer.write(bytes, offset, length);
        } finally {
            watch.pause();
        }
    }
}
