package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.CheckedContent;
import dev.packhorse.transport.spi.StreamedContent;
import java.io.IOException;
import java.io.OutputStream;

/// What is sent over one data connection. One use.
sealed interface FtpSent {
    /// Writes everything; the target is not closed.
    void writeTo(OutputStream target) throws IOException;

    /// True once all of it was written and found to be right.
    boolean isComplete();

    /// A content whose size and digest are known, or what is left of it.
    record Known(FtpSession session, CheckedContent content) implements FtpSent {
        private static final int BLOCK = 1 << 17;

        @Override
        public void writeTo(OutputStream target) throws IOException {
            byte[] block = new byte[BLOCK];
            for (int count = content.read(block); count >= 0; count = content.read(block)) {
                session.progressed();
                target.write(block, 0, count);
            }
            target.flush();
        }

        @Override
        public boolean isComplete() {
            return content.isComplete();
        }
    }

    /// An object that is made meanwhile. Its writer may take its time: only while the server is
    /// waited for does the time count.
    final class Stream implements FtpSent {
        private final FtpSession session;
        private final StreamedContent content;
        private boolean complete;

        Stream(FtpSession session, StreamedContent content) {
            this.session = session;
            this.content = content;
        }

        @Override
        public void writeTo(OutputStream target) throws IOException {
            session.pause();
            try {
                content.sendTo(new FtpOutput(session, target));
                complete = true;
            } finally {
                session.resume();
            }
            target.flush();
        }

        @Override
        public boolean isComplete() {
            return complete;
        }
    }
}
