package dev.packhorse.transport.backblaze;

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
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// As much of the B2 service as the driver talks to, in memory, that answers wrongly on demand. One
/// lock for all calls; faults run outside it. Calls go by the names of the interface; `upload`,
/// `part` and `download` are those that move content.
final class FaultyB2 implements AutoCloseable {
    static final String TOKEN = "t0ken-MARKER";
    static final String KEY = "k3y-MARKER";

    private static final JsonMapper JSON = JsonMapper.builder().build();

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

        static Reply json(int status, Object value) {
            return new Reply(
                    status,
                    Map.of("Content-Type", "application/json"),
                    JSON.writeValueAsBytes(value));
        }

        static Reply error(int status, String code) {
            return json(status, Map.of("status", status, "code", code, "message", "Said so"));
        }

        Reply with(String name, String value) {
            Map<String, String> more = new TreeMap<>(headers);
            more.put(name, value);
            return new Reply(status, more, body);
        }
    }

    /// Answers in place of the service.
    interface Fault {
        Optional<Reply> answer(Work normal) throws IOException;
    }

    interface Work {
        Reply answer();
    }

    /// One version of a file.
    private static final class Version {
        private final String name;
        private final String id;
        private final String sha256;
        private final TreeMap<Integer, byte[]> parts = new TreeMap<>();
        private String action;
        private byte[] bytes = {};

        Version(String name, String id, String action, String sha256) {
            this.name = name;
            this.id = id;
            this.action = action;
            this.sha256 = sha256;
        }

        Map<String, Object> facts() {
            return Map.of(
                    "fileName",
                    name,
                    "fileId",
                    id,
                    "action",
                    action,
                    "contentLength",
                    bytes.length,
                    "contentSha1",
                    parts.isEmpty() ? sha1(bytes) : "none",
                    "fileInfo",
                    sha256.isEmpty() ? Map.of() : Map.of("packhorse-sha256", sha256),
                    "uploadTimestamp",
                    1_700_000_000_000L);
        }
    }

    private final HttpServer server;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<String, Deque<Fault>> faults = new HashMap<>();
    private final List<String> calls = new ArrayList<>();

    /// The newest first.
    private final List<Version> versions = new ArrayList<>();

    private long receivedBytes;
    private int lastId;

    FaultyB2() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
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

    /// Neither, for as long as the service lives.
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

    /// How many versions there are of what a version can be: `upload`, `start`, `hide`.
    int versions(String action) {
        synchronized (calls) {
            return (int) versions.stream().filter(it -> it.action.equals(action)).count();
        }
    }

    /// The content of the visible file of a name, empty if there is none.
    byte[] content(String name) {
        synchronized (calls) {
            return visible(name).map(version -> version.bytes).orElse(new byte[0]);
        }
    }

    /// The digest that the visible file of a name carries, empty if there is none.
    String sha256(String name) {
        synchronized (calls) {
            return visible(name).map(version -> version.sha256).orElse("");
        }
    }

    /// Adds a version that the driver did not make.
    void add(String name, String action, byte[] bytes) {
        synchronized (calls) {
            Version version = new Version(name, "id-" + ++lastId, action, "");
            version.bytes = bytes;
            versions.addFirst(version);
        }
    }

    private Optional<Version> visible(String name) {
        return versions.stream()
                .filter(it -> it.name.equals(name) && !it.action.equals("start"))
                .findFirst()
                .filter(it -> it.action.equals("upload"));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            String last = path.substring(path.lastIndexOf('/') + 1);
            String call = last.equals("b2_download_file_by_id") ? "download" : last;
            Fault fault;
            synchronized (calls) {
                calls.add(call);
                receivedBytes += call.equals("part") || call.equals("upload") ? body.length : 0;
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
        int length = reply.body.length;
        exchange.sendResponseHeaders(reply.status, length == 0 ? -1 : length);
        if (length > 0) {
            exchange.getResponseBody().write(reply.body);
        }
    }

    private Reply answer(String call, HttpExchange exchange, byte[] body) {
        synchronized (calls) {
            return switch (call) {
                case "b2_authorize_account" -> authorize();
                case "upload" -> upload(exchange, body);
                case "part" -> part(exchange, body);
                case "download" -> download(exchange);
                default -> function(call, JSON.readTree(body));
            };
        }
    }

    private Reply authorize() {
        Map<String, Object> storage =
                Map.of(
                        "apiUrl", endpoint(),
                        "downloadUrl", endpoint(),
                        "absoluteMinimumPartSize", 5_000_000);
        return Reply.json(
                200, Map.of("authorizationToken", TOKEN, "apiInfo", Map.of("storageApi", storage)));
    }

    private Reply upload(HttpExchange exchange, byte[] body) {
        var headers = exchange.getRequestHeaders();
        Version version =
                new Version(
                        headers.getFirst("X-Bz-File-Name"),
                        "id-" + ++lastId,
                        "upload",
                        headers.getFirst("X-Bz-Info-packhorse-sha256"));
        version.bytes = body;
        versions.addFirst(version);
        return Reply.json(200, version.facts());
    }

    private Reply part(HttpExchange exchange, byte[] body) {
        String id = exchange.getRequestURI().getPath().split("/", -1)[1];
        int number = Integer.parseInt(exchange.getRequestHeaders().getFirst("X-Bz-Part-Number"));
        return ofUpload(
                id,
                version -> {
                    version.parts.put(number, body);
                    return Reply.json(200, partFacts(number, body));
                });
    }

    static Map<String, Object> partFacts(int number, byte[] body) {
        return Map.of(
                "partNumber", number, "contentLength", body.length, "contentSha1", sha1(body));
    }

    private Reply download(HttpExchange exchange) {
        String id = exchange.getRequestURI().getQuery().replace("fileId=", "");
        byte[] bytes =
                versions.stream().filter(it -> it.id.equals(id)).findFirst().orElseThrow().bytes;
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            return new Reply(200, Map.of(), bytes);
        }
        Matcher matcher = Pattern.compile("bytes=(\\d+)-(\\d+)").matcher(range);
        matcher.matches();
        int from = Integer.parseInt(matcher.group(1));
        int to = Integer.parseInt(matcher.group(2));
        return new Reply(206, Map.of(), Arrays.copyOfRange(bytes, from, to + 1))
                .with("Content-Range", "bytes " + from + "-" + to + "/" + bytes.length);
    }

    private Reply function(String call, JsonNode input) {
        String id = input.path("fileId").asString("");
        return switch (call) {
            case "b2_get_upload_url" -> url("/files/upload");
            case "b2_get_upload_part_url" -> url("/" + id + "/part");
            case "b2_list_file_names" -> names(input);
            case "b2_list_file_versions" -> versionsOf(input.path("prefix").asString(""));
            case "b2_start_large_file" -> start(input);
            case "b2_get_file_info" ->
                    versions.stream()
                            .filter(it -> it.id.equals(id))
                            .findFirst()
                            .map(it -> Reply.json(200, it.facts()))
                            .orElse(Reply.error(404, "file_not_present"));
            case "b2_delete_file_version" ->
                    versions.removeIf(it -> it.id.equals(id))
                            ? Reply.json(200, Map.of())
                            : Reply.error(400, "file_not_present");
            case "b2_cancel_large_file" ->
                    ofUpload(
                            id,
                            version -> {
                                versions.remove(version);
                                return Reply.json(200, Map.of());
                            });
            case "b2_list_parts" ->
                    ofUpload(
                            id,
                            version -> {
                                List<Object> parts = new ArrayList<>();
                                version.parts.forEach((n, part) -> parts.add(partFacts(n, part)));
                                return Reply.json(200, Map.of("parts", parts));
                            });
            case "b2_finish_large_file" ->
                    ofUpload(id, version -> finish(version, input.path("partSha1Array")));
            default -> Reply.error(400, "bad_request");
        };
    }

    private Reply url(String path) {
        return Reply.json(200, Map.of("uploadUrl", endpoint() + path, "authorizationToken", TOKEN));
    }

    private Reply names(JsonNode input) {
        String prefix = input.path("prefix").asString("");
        List<Object> files =
                versions.stream()
                        .map(it -> it.name)
                        .filter(name -> name.startsWith(prefix))
                        .distinct()
                        .sorted()
                        .flatMap(name -> visible(name).stream())
                        .map(version -> (Object) version.facts())
                        .limit(input.path("maxFileCount").asInt(100))
                        .toList();
        return Reply.json(200, Map.of("files", files));
    }

    private Reply versionsOf(String prefix) {
        List<Object> files =
                versions.stream()
                        .filter(it -> it.name.startsWith(prefix))
                        .map(it -> (Object) it.facts())
                        .toList();
        return Reply.json(200, Map.of("files", files));
    }

    private Reply start(JsonNode input) {
        Version version =
                new Version(
                        input.path("fileName").asString(""),
                        "id-" + ++lastId,
                        "start",
                        input.path("fileInfo").path("packhorse-sha256").asString(""));
        versions.addFirst(version);
        return Reply.json(200, version.facts());
    }

    private interface OfUpload {
        Reply answer(Version version);
    }

    private Reply ofUpload(String id, OfUpload work) {
        return versions.stream()
                .filter(it -> it.id.equals(id) && it.action.equals("start"))
                .findFirst()
                .map(work::answer)
                .orElse(
                        Reply.json(
                                400,
                                Map.of(
                                        "status",
                                        400,
                                        "code",
                                        "bad_request",
                                        "message",
                                        "No active upload for: " + id)));
    }

    /// All parts that are there must be named, up to the one with the greatest number.
    private static Reply finish(Version version, JsonNode named) {
        List<String> digests = new ArrayList<>();
        named.forEach(digest -> digests.add(digest.asString("")));
        List<String> there = version.parts.values().stream().map(FaultyB2::sha1).toList();
        if (!there.equals(digests) || version.parts.lastKey() != there.size()) {
            return Reply.error(400, "bad_request");
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        version.parts.values().forEach(whole::writeBytes);
        version.bytes = whole.toByteArray();
        version.action = "upload";
        return Reply.json(200, version.facts());
    }

    static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
    }
}
