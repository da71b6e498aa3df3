package dev.packhorse.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/// The process's output as bytes. That the reader went away, as `head` does, is told apart from all
/// other failures. One thread.
final class StandardOutput extends FilterOutputStream {
    private static final int BUFFER = 1 << 16;

    StandardOutput() {
        super(new BufferedOutputStream(new Pipe(), BUFFER));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }

    /// Nobody reads any more.
    static final class ReaderGoneException extends IOException {
        private static final long serialVersionUID = 1L;

        ReaderGoneException(IOException cause) {
            super("nobody reads the output", cause);
        }
    }

    private static final class Pipe extends OutputStream {
        private final FileOutputStream file = new FileOutputStream(FileDescriptor.out);

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                file.write(bytes, offset, length);
            } catch (IOException e) {
                // The JDK tells EPIPE by its text only.
                if (String.valueOf(e.getMessage())
                        .toLowerCase(Locale.ROOT)
                        .contains("broken pipe")) {
                    throw new ReaderGoneException(e);
                }
                throw new IOException("the output cannot be written: " + e.getMessage(), e);
            }
        }
    }
}
