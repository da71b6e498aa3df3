package dev.packhorse.transport.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/// As much of an S3 server as the driver talks to, in memory, that answers wrongly on demand. It
/// checks no signatures. One lock for all calls; faults run outside it.
final class FaultyS3 implements AutoCloseable {
    /// What comes back; where there is none the connection is closed without a word.
    static final class Reply {
        private final int status;
        private final Map<String, String> headers;
        private final byte[] body;

        Reply(int status, Map<String, String> headers, byte[] body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }

        static Reply of(int status, String body) {
            return new Reply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
        }

        static Reply error(int status, String code) {
            return of(status, "<Error><Code>" + code + "</Code><Message>Said so</Message></Error>");
        }

        Reply with(String name, String value) {
            Map<String, String> more = new TreeMap<>(headers);
            more.put(name, value);
            return new Reply(status, more, body);
        }
    }

    /// Answers in place of the server.
    interface Fault {
        Optional<Reply> answer(Work normal) throws IOException;
    }

    interface Work {
        Reply answer();
    }

    private record Upload(
            String key, Map<String, String> metadata, TreeMap<Integer, byte[]> parts) {}

    private static final String META = "x-amz-meta-";
    private static final String COPY = "x-amz-copy-source";

    private final HttpServer server;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<String, Deque<Fault>> faults = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final TreeMap<String, byte[]> objects = new TreeMap<>();
    private final Map<String, Map<String, String>> metadata = new HashMap<>();
    private final Map<String, String> tags = new HashMap<>();
    private final Map<String, Upload> uploads = new TreeMap<>();
    private boolean evenPartsOnly;
    private long receivedBytes;
    private int lastUpload;

    FaultyS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// From now on all parts of an object but the last must have one length, as Cloudflare's R2
    /// wants it.
    void takeEvenPartsOnly() {
        synchronized (calls) {
            evenPartsOnly = true;
        }
    }

    /// The next call of this name is answered so.
    void once(String call, Fault fault) {
        synchronized (calls) {
            faults.computeIfAbsent(call, _ -> new ArrayDeque<>()).add(fault);
        }
    }

    /// The answer without the deed.
    void instead(String call, Reply reply) {
        once(call, _ -> Optional.of(reply));
    }

    /// The deed without the answer.
    void loseAnswer(String call) {
        once(
                call,
                normal -> {
                    normal.answer();
                    return Optional.empty();
                });
    }

    /// Neither.
    void cut(String call) {
        once(call, _ -> Optional.empty());
    }

    /// Neither, for as long as the server lives.
    void hang(String call) {
        once(
                call,
                _ -> {
                    try {
                        closing.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return Optional.empty();
                });
    }

    /// How often something was called so far.
    int count(String call) {
        synchronized (calls) {
            return (int) calls.stream().filter(call::equals).count();
        }
    }

    long receivedBytes() {
        synchronized (calls) {
            return receivedBytes;
        }
    }

    Map<String, byte[]> objects() {
        synchronized (calls) {
            return new TreeMap<>(objects);
        }
    }

    int openUploads() {
        synchronized (calls) {
            return uploads.size();
        }
    }

    void store(String key, byte[] bytes) {
        synchronized (calls) {
            objects.put(key, bytes);
            metadata.put(key, Map.of());
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String call = name(exchange);
            Fault fault;
            synchronized (calls) {
                calls.add(call);
                receivedBytes += call.equals("Complete") ? 0 : body.length;
                Deque<Fault> due = faults.getOrDefault(call, new ArrayDeque<>());
                fault = due.isEmpty() ? normal -> Optional.of(normal.answer()) : due.remove();
            }
            Optional<Reply> reply = fault.answer(() -> answer(call, exchange, body));
            if (reply.isPresent()) {
                send(exchange, reply.get());
            }
        }
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        reply.headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        boolean head = exchange.getRequestMethod().equals("HEAD");
        int length = reply.body.length;
        if (head && reply.status == 200) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(length));
        }
        exchange.sendResponseHeaders(reply.status, head || length == 0 ? -1 : length);
        if (!head && length > 0) {
            exchange.getResponseBody().write(reply.body);
        }
    }

    private static String name(HttpExchange exchange) {
        Map<String, String> query = query(exchange);
        return switch (exchange.getRequestMethod()) {
            case "HEAD" -> "Head";
            case "DELETE" -> query.containsKey("uploadId") ? "Abort" : "Delete";
            case "POST" -> query.containsKey("uploads") ? "Create" : "Complete";
            case "PUT" ->
                    !query.containsKey("partNumber")
                            ? "Put"
                            : exchange.getRequestHeaders().containsKey(COPY)
                                    ? "CopyPart"
                                    : "UploadPart";
            default ->
                    query.containsKey("uploadId")
                            ? "ListParts"
                            : query.containsKey("list-type") ? "List" : "Get";
        };
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> values = new HashMap<>();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        for (String pair : query.split("&", -1)) {
            String[] sides = pair.split("=", 2);
            values.put(sides[0], sides.length < 2 ? "" : sides[1]);
        }
        return values;
    }

    private Reply answer(String call, HttpExchange exchange, byte[] body) {
        String path = exchange.getRequestURI().getPath();
        String key = path.substring(Math.min(path.length(), path.indexOf('/', 1) + 1));
        Map<String, String> query = query(exchange);
        synchronized (calls) {
            return switch (call) {
                case "Put" -> put(key, body, meta(exchange));
                case "Head", "Get" -> get(key, exchange.getRequestHeaders().getFirst("Range"));
                case "Delete" -> {
                    objects.remove(key);
                    yield Reply.of(204, "");
                }
                case "List" -> list(query.getOrDefault("prefix", ""));
                case "Create" -> create(key, meta(exchange));
                case "CopyPart" ->
                        copy(
                                exchange.getRequestHeaders().getFirst(COPY),
                                exchange.getRequestHeaders().getFirst(COPY + "-range"),
                                query);
                default -> ofUpload(call, query, body);
            };
        }
    }

    private static Map<String, String> meta(HttpExchange exchange) {
        Map<String, String> meta = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> {
                    if (name.toLowerCase(Locale.ROOT).startsWith(META)) {
                        meta.put(name, values.getFirst());
                    }
                });
        return meta;
    }

    private Reply put(String key, byte[] body, Map<String, String> meta) {
        objects.put(key, body);
        metadata.put(key, meta);
        return Reply.of(200, "").with("ETag", tag(body));
    }

    private Reply get(String key, String range) {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            return Reply.error(404, "NoSuchKey");
        }
        Reply whole = new Reply(200, metadata.getOrDefault(key, Map.of()), bytes);
        if (range == null) {
            return whole.with("ETag", tags.getOrDefault(key, tag(bytes)));
        }
        var matcher = Pattern.compile("bytes=(\\d+)-(\\d*)").matcher(range);
        matcher.matches();
        int from = Integer.parseInt(matcher.group(1));
        if (from >= bytes.length) {
            return Reply.error(416, "InvalidRange");
        }
        int to = (int) Math.min(bytes.length - 1L, Long.parseLong("0" + matcher.group(2)));
        return new Reply(206, Map.of(), java.util.Arrays.copyOfRange(bytes, from, to + 1))
                .with("Content-Range", "bytes " + from + "-" + to + "/" + bytes.length);
    }

    private Reply list(String prefix) {
        StringBuilder xml = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
        objects.forEach((key, bytes) -> {
            if (key.startsWith(prefix)) {
                xml.append("<Contents><Key>").append(key).append("</Key><Size>");
                xml.append(bytes.length).append("</Size></Contents>");
            }
        });
        return Reply.of(200, xml.append("</ListBucketResult>").toString());
    }

    private Reply create(String key, Map<String, String> meta) {
        String id = "upload-" + ++lastUpload;
        uploads.put(id, new Upload(key, meta, new TreeMap<>()));
        return Reply.of(
                200,
                "<InitiateMultipartUploadResult><UploadId>"
                        + id
                        + "</UploadId></InitiateMultipartUploadResult>");
    }

    private Reply copy(String source, String range, Map<String, String> query) {
        String path = source.startsWith("/") ? source.substring(1) : source;
        Reply from = get(path.substring(path.indexOf('/') + 1), range);
        if (from.status != 206) {
            return from;
        }
        Reply there = ofUpload("UploadPart", query, from.body);
        return there.status != 200
                ? there
                : Reply.of(
                        200,
                        "<CopyPartResult><ETag>" + tag(from.body) + "</ETag></CopyPartResult>");
    }

    private Reply ofUpload(String call, Map<String, String> query, byte[] body) {
        String id = query.getOrDefault("uploadId", "");
        Upload upload = uploads.get(id);
        if (upload == null) {
            return Reply.error(404, "NoSuchUpload");
        }
        return switch (call) {
            case "UploadPart" -> {
                upload.parts().put(Integer.valueOf(query.getOrDefault("partNumber", "")), body);
                yield Reply.of(200, "").with("ETag", tag(body));
            }
            case "Abort" -> {
                uploads.remove(id);
                yield Reply.of(204, "");
            }
            case "Complete" ->
                    evenPartsOnly && !areEven(upload.parts())
                            ? Reply.error(400, "InvalidPart")
                            : complete(id, upload);
            default -> Reply.of(200, partList(upload));
        };
    }

    private static String partList(Upload upload) {
        StringBuilder xml = new StringBuilder("<ListPartsResult><IsTruncated>false</IsTruncated>");
        upload.parts()
                .forEach((number, bytes) -> xml.append(part(number, bytes.length, tag(bytes))));
        return xml.append("</ListPartsResult>").toString();
    }

    /// One part of a part list.
    static String part(int number, long size, String tag) {
        return "<Part><PartNumber>"
                + number
                + "</PartNumber><ETag>"
                + tag
                + "</ETag><Size>"
                + size
                + "</Size></Part>";
    }

    /// The last may be shorter.
    private static boolean areEven(NavigableMap<Integer, byte[]> parts) {
        int length = parts.firstEntry().getValue().length;
        return parts.lastEntry().getValue().length <= length
                && parts.headMap(parts.lastKey()).values().stream()
                        .allMatch(part -> part.length == length);
    }

    private Reply complete(String id, Upload upload) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        ByteArrayOutputStream digests = new ByteArrayOutputStream();
        upload.parts()
                .values()
                .forEach(part -> {
                    whole.writeBytes(part);
                    digests.writeBytes(md5(part));
                });
        objects.put(upload.key(), whole.toByteArray());
        metadata.put(upload.key(), upload.metadata());
        String tag =
                HexFormat.of().formatHex(md5(digests.toByteArray())) + "-" + upload.parts().size();
        tags.put(upload.key(), '"' + tag + '"');
        uploads.remove(id);
        return Reply.of(
                200,
                "<CompleteMultipartUploadResult><ETag>"
                        + tag
                        + "</ETag></CompleteMultipartUploadResult>");
    }

    static String tag(byte[] bytes) {
        return '"' + HexFormat.of().formatHex(md5(bytes)) + '"';
    }

    private static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
    }
}
