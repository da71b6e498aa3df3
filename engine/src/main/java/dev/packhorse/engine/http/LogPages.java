package dev.packhorse.engine.http;

import dev.packhorse.engine.whm.RawParameters;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `GET /logs/...`: a log as plain text, whole, by a `Range` of bytes, or its last lines with
/// `?tail=N`. For root alone. What is appended while a log is sent comes with the next request.
/// Safe for many threads.
final class LogPages {
    /// What the paths begin with.
    static final String PREFIX = "/logs/";

    private static final long MOST_LINES = 10_000;
    private static final int TAIL_BYTES = 1 << 20;
    private static final int BLOCK = 64 * 1024;

    private final ServedLogs logs;

    LogPages(ServedLogs logs) {
        this.logs = logs;
    }

    /// Serves root.
    ///
    /// @param path what follows [#PREFIX]
    /// @throws BadRequestException if there is no such log, or the query is wrong
    /// @throws ClientGoneException if the client has gone
    void serve(
            String path, RawParameters query, Request request, Response response, Callback callback)
            throws BadRequestException, IOException {
        List<String> words = List.of(path.split("/", -1));
        if (words.equals(List.of("runs"))) {
            list(response, callback);
            return;
        }
        Optional<FileChannel> found = logs.open(words);
        if (found.isEmpty()) {
            throw new BadRequestException(
                    HttpStatus.NOT_FOUND_404,
                    "there is no such log; paths are /logs/runs, /logs/runs/NAME,"
                            + " /logs/jobs/ID and /logs/sessions/ID/LOG");
        }
        try (FileChannel log = found.get()) {
            send(log, query, request, response, callback);
        }
    }

    private void list(Response response, Callback callback) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode names = body.putArray("logs");
        logs.runs().forEach(names::add);
        Replies.tree(response, callback, HttpStatus.OK_200, body);
    }

    private static void send(
            FileChannel log,
            RawParameters query,
            Request request,
            Response response,
            Callback callback)
            throws BadRequestException, IOException {
        long size = log.size();
        String range = request.getHeaders().get(HttpHeader.RANGE);
        Optional<Long> lines = lines(query);
        Optional<ByteRange> part;
        try {
            part =
                    lines.isPresent()
                            ? Optional.of(tail(log, size, lines.get()))
                            : range == null ? Optional.empty() : ByteRange.of(range, size);
        } catch (ByteRange.UnsatisfiableException _) {
            response.getHeaders().put(HttpHeader.CONTENT_RANGE, "bytes */" + size);
            throw new BadRequestException(
                    HttpStatus.RANGE_NOT_SATISFIABLE_416, "the log has " + size + " bytes");
        }
        ByteRange sent = part.orElse(new ByteRange(0, size));
        Replies.setHeaders(response, "text/plain; charset=\"utf-8\"");
        response.getHeaders().put(HttpHeader.ACCEPT_RANGES, "bytes");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, sent.length());
        response.setStatus(HttpStatus.OK_200);
        if (part.isPresent() && sent.length() > 0) {
            response.setStatus(HttpStatus.PARTIAL_CONTENT_206);
            response.getHeaders()
                    .put(
                            HttpHeader.CONTENT_RANGE,
                            "bytes %d-%d/%d"
                                    .formatted(
                                            sent.first(), sent.first() + sent.length() - 1, size));
        }
        copy(log, sent, request, response);
        callback.succeeded();
    }

    private static Optional<Long> lines(RawParameters query) throws BadRequestException {
        List<String> asked = query.all("tail");
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        if (asked.size() > 1 || !asked.getFirst().matches("[1-9]\\d{0,4}")) {
            throw wrongTail();
        }
        long lines = Long.parseLong(asked.getFirst());
        if (lines > MOST_LINES) {
            throw wrongTail();
        }
        return Optional.of(lines);
    }

    private static BadRequestException wrongTail() {
        return new BadRequestException(
                HttpStatus.BAD_REQUEST_400, "tail must be a number of lines, 1 to " + MOST_LINES);
    }

    /// The last lines, as far as they lie in the last MiB.
    private static ByteRange tail(FileChannel log, long size, long lines) throws IOException {
        long from = Math.max(0, size - TAIL_BYTES);
        ByteBuffer end = ByteBuffer.allocate((int) (size - from));
        while (end.hasRemaining() && log.read(end, from + end.position()) >= 0) {
            // read on
        }
        int at = end.position();
        long left = lines;
        // The line break at the very end closes the last line.
        for (int i = at - 2; i >= 0; i--) {
            if (end.get(i) == '\n') {
                left--;
                if (left == 0) {
                    return new ByteRange(from + i + 1, size - from - i - 1);
                }
            }
        }
        return new ByteRange(from, size - from);
    }

    private static void copy(FileChannel log, ByteRange part, Request request, Response response)
            throws IOException {
        ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK, Math.max(1, part.length())));
        try (OutputStream out = Response.asBufferedOutputStream(request, response)) {
            long done = 0;
            while (done < part.length()) {
                block.clear().limit((int) Math.min(block.capacity(), part.length() - done));
                int got = log.read(block, part.first() + done);
                if (got < 0) {
                    throw new IOException("the log was cut while it was sent");
                }
                out.write(block.array(), 0, got);
                done += got;
            }
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }
}
