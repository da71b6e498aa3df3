package dev.packhorse.cli.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// An answer of HTTP/1.1 whose connection is used for nothing else.
///
/// @param status its status
/// @param body its body, which fails to read if it breaks off early
record HttpAnswer(int status, InputStream body) {
    private static final int LONGEST_LINE = 16 * 1024;
    private static final int MOST_LINES = 200;

    /// Reads as far as the body.
    static HttpAnswer read(InputStream from) throws IOException {
        InputStream in = new BufferedInputStream(from, 16 * 1024);
        String status = line(in);
        if (!status.startsWith("HTTP/1.1 ") || status.length() < 12) {
            throw new ProtocolException("not an answer of HTTP/1.1");
        }
        long length = -1;
        boolean chunked = false;
        int lines = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            lines++;
            if (lines > MOST_LINES) {
                throw new ProtocolException("too many header lines");
            }
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = number(lower.substring("content-length:".length()).strip(), 10);
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.endsWith("chunked");
            }
        }
        InputStream body =
                chunked ? new ChunkedBody(in) : length >= 0 ? new SizedBody(in, length) : in;
        return new HttpAnswer((int) number(status.substring(9, 12), 10), body);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the answer breaks off");
            }
            if (line.size() >= LONGEST_LINE) {
                throw new ProtocolException("a header line is too long");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    private static long number(String digits, int radix) throws ProtocolException {
        try {
            long number = Long.parseLong(digits, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw new ProtocolException("a number in the answer is wrong");
    }

    /// A body of known length.
    private static class SizedBody extends InputStream {
        private final InputStream in;
        private long left;

        SizedBody(InputStream in, long left) {
            super();
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0 && !next()) {
                return -1;
            }
            int got = in.read(into, offset, (int) Math.min(length, left));
            if (got < 0) {
                throw new EOFException("the answer breaks off");
            }
            left -= got;
            return got;
        }

        /// Whether more follows after a whole part.
        boolean next() throws IOException {
            return false;
        }

        void begin(long part) {
            left = part;
        }
    }

    /// A body in chunks.
    private static final class ChunkedBody extends SizedBody {
        private final InputStream in;
        private boolean first = true;
        private boolean last;

        ChunkedBody(InputStream in) {
            super(in, 0);
            this.in = in;
        }

        @Override
        boolean next() throws IOException {
            if (last) {
                return false;
            }
            if (!first && !line(in).isEmpty()) {
                throw new ProtocolException("a chunk is longer than it says");
            }
            first = false;
            String size = line(in);
            int extension = size.indexOf(';');
            long length = number((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
            last = length == 0;
            begin(length);
            return !last;
        }
    }
}
