package dev.packhorse.transport.ftp;

import java.io.IOException;
import java.io.OutputStream;

/// Writes a stream to a data connection; only the time in which a write waits for the server counts
/// as standing still. Long writes are cut, so that what moves is seen to move. One thread at a
/// time.
final class FtpOutput extends OutputStream {
    private static final int BLOCK = 1 << 17;

    private final FtpSession session;
    private final OutputStream data;

    /// @param session paused
    FtpOutput(FtpSession session, OutputStream data) {
        this.session = session;
        this.data = data;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        session.resume();
        try {
            for (int done = 0; done < length; done += BLOCK) {
                data.write(bytes, offset + done, Math.min(BLOCK, length - done));
                session.progressed();
            }
        } finally {
            session.pause();
        }
    }
}
