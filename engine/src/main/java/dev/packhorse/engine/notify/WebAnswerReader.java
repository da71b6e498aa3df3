package dev.packhorse.engine.notify;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the answer to one request: its head and the beginning of its content, each bounded. One
/// thread.
///
/// Source: RFC 9112, sections 4 to 7.
final class WebAnswerReader {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: (.*))?");
    private static final int MAX_HEAD = 32 * 1024;
    private static final int MAX_CONTENT = 64 * 1024;
    private static final int MAX_INTERIM = 5;

    private final InputStream in;
    private int headBytes;

    WebAnswerReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /// @throws IOException if it is no answer of HTTP, or its head is too long
    WebAnswer read() throws IOException {
        for (int i = 0; i < MAX_INTERIM; i++) {
            Matcher status = STATUS.matcher(line());
            if (!status.matches()) {
                throw new IOException("the answer is not HTTP");
            }
            int number = Integer.parseInt(status.group(1));
            SortedMap<String, String> headers = headers();
            if (number >= 200) {
                String reason = status.group(2) == null ? "" : status.group(2);
                return new WebAnswer(number, reason, headers, content(number, headers));
            }
        }
        throw new IOException("the answer does not come to its end");
    }

    private SortedMap<String, String> headers() throws IOException {
        SortedMap<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private String content(int status, Map<String, String> headers) throws IOException {
        if (status == 204 || status == 304) {
            return "";
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        if (headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("chunked")) {
            readChunks(content);
        } else {
            readBytes(content, length(headers));
        }
        return content.toString(StandardCharsets.UTF_8);
    }

    private static long length(Map<String, String> headers) throws IOException {
        String text = headers.getOrDefault("content-length", "");
        if (text.isEmpty()) {
            return Long.MAX_VALUE;
        }
        if (!text.matches("\\d{1,18}")) {
            throw new IOException("the answer's length is not a number");
        }
        return Long.parseLong(text);
    }

    /// Nobody needs more than the beginning; the connection is closed after it.
    private void readBytes(ByteArrayOutputStream content, long length) throws IOException {
        int wanted = (int) Math.min(length, MAX_CONTENT - content.size());
        content.write(in.readNBytes(wanted));
    }

    private void readChunks(ByteArrayOutputStream content) throws IOException {
        while (content.size() < MAX_CONTENT) {
            headBytes = 0;
            String size = line().split(";", 2)[0].strip();
            if (!size.matches("[0-9A-Fa-f]{1,8}")) {
                throw new IOException("the answer's chunks are damaged");
            }
            long length = Long.parseLong(size, 16);
            if (length == 0) {
                return;
            }
            readBytes(content, length);
            if (content.size() < MAX_CONTENT) {
                line();
            }
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            headBytes++;
            if (next < 0) {
                throw new IOException("the answer was cut off");
            }
            if (headBytes > MAX_HEAD) {
                throw new IOException("the answer's head is too long");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        headBytes++;
        if (headBytes > MAX_HEAD) {
            throw new IOException("the answer's head is too long");
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
