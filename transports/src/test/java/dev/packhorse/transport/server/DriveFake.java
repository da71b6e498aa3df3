package dev.packhorse.transport.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.packhorse.transport.server.DriveFakeFiles.Blob;
import dev.packhorse.transport.server.DriveFakeFiles.File;
import dev.packhorse.transport.server.DriveFakeFiles.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// As much of Google Drive as a place for objects needs, in memory, with the answers that differ
/// from one time to the next where the protocol lets them: pages of odd sizes, 200 or 201 at the
/// end of an upload, a digest more or less. Does wrong what it is told to.
///
/// Source: Google Drive API v3, and its “Upload file data” for resumable uploads.
public final class DriveFake implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern CHUNK = Pattern.compile("bytes ([0-9]+)-([0-9]+)/([0-9]+)");
    private static final Pattern MEDIA = Pattern.compile("bytes=([0-9]+)-([0-9]+)");

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private record Planned(String request, DriveFault fault) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final DriveFakeFiles files = new DriveFakeFiles();
    private final DriveFakeTokens tokens = new DriveFakeTokens();
    private final Map<String, DriveFakeSession> sessions = new ConcurrentHashMap<>();
    private final List<Planned> faults = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong received = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile int largestPage = 1000;
    private volatile String quota = "{\"limit\":\"1000000000\",\"usage\":\"250000000\"}";
    private volatile boolean suspects;
    private volatile String foreignSession = "";

    private DriveFake(HttpServer server) {
        this.server = server;
    }

    /// Begins to listen on a free port.
    public static DriveFake start() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        DriveFake fake = new DriveFake(server);
        server.setExecutor(fake.threads);
        server.createContext("/", fake::handle);
        server.start();
        return fake;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public DriveFakeTokens tokens() {
        return tokens;
    }

    DriveFakeFiles files() {
        return files;
    }

    /// All files and folders, as `name` and properties.
    public Collection<Map.Entry<String, Map<String, String>>> stored() {
        List<Map.Entry<String, Map<String, String>>> stored = new ArrayList<>();
        for (File file : files.all()) {
            if (!file.mime().equals(DriveFakeFiles.FOLDER)) {
                stored.add(Map.entry(file.name(), file.properties()));
            }
        }
        return stored;
    }

    /// Does wrong the next request whose method and path contain this.
    public void plan(String request, DriveFault fault) {
        faults.add(new Planned(request, fault));
    }

    /// The requests so far, as `GET /drive/v3/files`.
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /// How many bytes of content were received.
    public long received() {
        return received.get();
    }

    public void limitPages(int files) {
        largestPage = files;
    }

    public void tellQuota(String json) {
        quota = json;
    }

    /// Gives sessions at another address.
    public void sendAwayTo(String address) {
        foreignSession = address;
    }

    /// Forgets all uploads under way.
    public void forgetSessions() {
        sessions.clear();
    }

    /// Another program adds a copy of every object, with other content and the same properties.
    public void copyObjects(byte[] content) {
        for (File file : files.all()) {
            if (file.properties().containsKey("packhorseKey")) {
                files.put(
                        new File(
                                files.issueId(),
                                file.name(),
                                file.mime(),
                                file.parent(),
                                file.properties(),
                                new Blob(content),
                                file.created().plusSeconds(1),
                                file.modified(),
                                false));
            }
        }
    }

    /// Sets a property of every object.
    public void mark(String name, String value) throws IOException {
        for (File file : files.all()) {
            if (file.properties().containsKey("packhorseKey")) {
                update(file, Map.of("appProperties", Map.of(name, value)));
            }
        }
    }

    private void update(File file, Map<String, Object> change) throws IOException {
        try {
            files.update(file.id(), JSON.readTree(JSON.writeValueAsBytes(change)));
        } catch (Refused e) {
            throw new IOException(e);
        }
    }

    /// Searches find what is there now, whatever happens from now on.
    public void stopIndex() {
        files.stopIndex();
    }

    /// A search finds no folder that was made until now.
    public void hideFolders() throws IOException {
        for (File file : files.all()) {
            if (file.mime().equals(DriveFakeFiles.FOLDER)) {
                update(file, Map.of("appProperties", Map.of("packhorseFolder", "hidden")));
            }
        }
    }

    /// Takes every file for malware from now on.
    public void suspectAll() {
        suspects = true;
    }

    /// A person throws everything into the bin.
    public void trashFolders() throws IOException {
        for (File file : files.all()) {
            if (file.mime().equals(DriveFakeFiles.FOLDER)) {
                update(file, Map.of("trashed", true));
            }
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
        Optional<DriveFault> fault = next(request);
        try (exchange) {
            switch (fault.orElse(new DriveFault.KeepLess(Integer.MAX_VALUE))) {
                case DriveFault.Answer(int status, String body, Map<String, String> headers) -> {
                    exchange.getRequestBody().readAllBytes();
                    headers.forEach(exchange.getResponseHeaders()::set);
                    answer(exchange, status, body);
                }
                case DriveFault.HangUp _ -> {}
                case DriveFault.Silence _ -> awaitEnd();
                case DriveFault.LoseAnswer _ -> route(exchange, Integer.MAX_VALUE, false, false);
                case DriveFault.KeepLess(int bytes) -> route(exchange, bytes, true, false);
                case DriveFault.Damage _ -> route(exchange, Integer.MAX_VALUE, true, true);
            }
        }
    }

    private synchronized Optional<DriveFault> next(String request) {
        Optional<Planned> next =
                faults.stream().filter(planned -> request.contains(planned.request())).findFirst();
        next.ifPresent(faults::remove);
        return next.map(Planned::fault);
    }

    private void awaitEnd() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What was done, to be answered.
    private record Reply(int status, Blob blob, Map<String, String> headers) {
        byte[] body() {
            return blob.bytes();
        }

        static Reply json(int status, Object body) {
            return new Reply(
                    status,
                    new Blob(JSON.writeValueAsBytes(body)),
                    Map.of("Content-Type", "application/json; charset=UTF-8"));
        }

        static Reply empty(int status, Map<String, String> headers) {
            return new Reply(status, new Blob(new byte[0]), headers);
        }
    }

    private void route(HttpExchange exchange, int keep, boolean answers, boolean damages)
            throws IOException {
        Reply reply;
        try {
            reply = reply(exchange, keep, damages);
        } catch (Refused e) {
            exchange.getRequestBody().readAllBytes();
            var text = (DriveFault.Answer) DriveFault.refusal(e.status, e.reason);
            reply = Reply.json(e.status, JSON.readTree(text.body()));
        }
        if (answers) {
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            boolean empty = reply.body().length == 0;
            exchange.sendResponseHeaders(reply.status(), empty ? -1 : reply.body().length);
            exchange.getResponseBody().write(reply.body());
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private Reply reply(HttpExchange exchange, int keep, boolean damages)
            throws IOException, Refused {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        if (path.equals("/token")) {
            var answer =
                    tokens.answer(
                            form(
                                    new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8)));
            return Reply.json(answer.containsKey("error") ? 400 : 200, answer);
        }
        if (!tokens.isValid(exchange.getRequestHeaders().getFirst("Authorization"))) {
            throw new Refused(401, "authError");
        }
        Map<String, String> query =
                form(Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""));
        if (path.startsWith("/session/")) {
            return session(exchange, path.substring("/session/".length()), keep, damages);
        }
        return switch (method
                + " "
                + path.replaceFirst("(?<=/drive/v3/files/)(?!generateIds).+", "ID")) {
            case "GET /drive/v3/about" ->
                    Reply.json(200, Map.of("storageQuota", JSON.readTree(quota)));
            case "GET /drive/v3/files" -> list(query);
            case "GET /drive/v3/files/generateIds" ->
                    Reply.json(200, Map.of("ids", List.of(files.issueId())));
            case "POST /drive/v3/files" -> facts(files.create(body(exchange), new byte[0]), query);
            case "GET /drive/v3/files/ID" ->
                    "media".equals(query.get("alt"))
                            ? media(
                                    permitted(files.get(id(path)), query),
                                    exchange.getRequestHeaders().getFirst("Range"))
                            : facts(files.get(id(path)), query);
            case "PATCH /drive/v3/files/ID" -> facts(files.update(id(path), body(exchange)), query);
            case "DELETE /drive/v3/files/ID" -> {
                files.remove(id(path));
                yield Reply.empty(204, Map.of());
            }
            case "POST /upload/drive/v3/files" -> begin(exchange, query);
            default -> throw new Refused(404, "notFound");
        };
    }

    private static String id(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static JsonNode body(HttpExchange exchange) throws IOException {
        return JSON.readTree(exchange.getRequestBody().readAllBytes());
    }

    private Reply facts(File file, Map<String, String> query) {
        return Reply.json(200, files.facts(file, query.getOrDefault("fields", "id,name,mimeType")));
    }

    /// Pages of any size up to what was asked for, now and then an empty one.
    private Reply list(Map<String, String> query) throws Refused {
        List<File> found = files.find(query.getOrDefault("q", ""));
        int from = Integer.parseInt(query.getOrDefault("pageToken", "0"));
        int most = Math.min(largestPage, Integer.parseInt(query.getOrDefault("pageSize", "100")));
        int to = Math.min(found.size(), from + Math.max(1, most - from % 7));
        Map<String, Object> page = new TreeMap<>();
        List<Map<String, Object>> facts = new ArrayList<>();
        for (File file : found.subList(Math.min(from, to), to)) {
            facts.add(files.facts(file, query.getOrDefault("fields", "")));
        }
        page.put("files", facts);
        if (to < found.size()) {
            page.put("nextPageToken", Integer.toString(to));
        }
        return Reply.json(200, page);
    }

    private File permitted(File file, Map<String, String> query) throws Refused {
        boolean told = "true".equals(query.get("acknowledgeAbuse"));
        if (told != suspects) {
            throw new Refused(
                    403, told ? "invalidAbuseAcknowledgment" : "cannotDownloadAbusiveFile");
        }
        return file;
    }

    private static Reply media(File file, String range) {
        byte[] bytes = file.bytes();
        Matcher matcher = MEDIA.matcher(range == null ? "" : range);
        if (!matcher.matches()) {
            return new Reply(200, file.blob(), Map.of());
        }
        int from = Integer.parseInt(matcher.group(1));
        int to = (int) Math.min(bytes.length, Long.parseLong(matcher.group(2)) + 1);
        if (from >= bytes.length) {
            return Reply.empty(416, Map.of("Content-Range", "bytes */" + bytes.length));
        }
        return new Reply(
                206,
                new Blob(Arrays.copyOfRange(bytes, from, to)),
                Map.of("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + bytes.length));
    }

    private Reply begin(HttpExchange exchange, Map<String, String> query)
            throws IOException, Refused {
        JsonNode metadata = body(exchange);
        files.check(metadata);
        String size = exchange.getRequestHeaders().getFirst("X-Upload-Content-Length");
        if (!"resumable".equals(query.get("uploadType")) || size == null) {
            throw new Refused(400, "badRequest");
        }
        String name = "s" + count.incrementAndGet() + "secret";
        sessions.put(name, new DriveFakeSession(metadata, Integer.parseInt(size)));
        String host = exchange.getRequestHeaders().getFirst("Host");
        String address = "http://" + host + "/session/" + name + "?upload_id=" + name;
        return Reply.empty(
                200, Map.of("Location", foreignSession.isEmpty() ? address : foreignSession));
    }

    private Reply session(HttpExchange exchange, String name, int keep, boolean damages)
            throws IOException, Refused {
        DriveFakeSession session = sessions.get(name);
        if (session == null) {
            throw new Refused(404, "notFound");
        }
        if (exchange.getRequestMethod().equals("DELETE")) {
            sessions.remove(name);
            return Reply.empty(499, Map.of());
        }
        String range = exchange.getRequestHeaders().getFirst("Content-Range");
        Matcher chunk = CHUNK.matcher(range == null ? "" : range);
        if (chunk.matches()) {
            int from = Integer.parseInt(chunk.group(1));
            int length = Integer.parseInt(chunk.group(2)) + 1 - from;
            if (length % (256 * 1024) != 0 && from + length != session.size()) {
                throw new Refused(400, "badRequest");
            }
            received.addAndGet(session.take(exchange.getRequestBody(), from, length, keep));
        } else if (("bytes */" + session.size()).equals(range)) {
            session.ask();
        } else {
            throw new Refused(400, "badRequest");
        }
        int arrived = session.arrived();
        if (arrived < session.size()) {
            return Reply.empty(
                    308, arrived == 0 ? Map.of() : Map.of("Range", "bytes=0-" + (arrived - 1)));
        }
        return finish(name, session, damages);
    }

    private Reply finish(String name, DriveFakeSession session, boolean damages) throws Refused {
        byte[] bytes = session.bytes();
        if (damages) {
            bytes[bytes.length / 2] ^= 1;
        }
        synchronized (session) {
            if (sessions.remove(name) == null) {
                throw new Refused(404, "notFound");
            }
            File file = files.create(session.metadata(), bytes);
            int status = count.incrementAndGet() % 2 == 0 ? 200 : 201;
            return Reply.json(status, files.facts(file, "id"));
        }
    }

    private static Map<String, String> form(String text) {
        Map<String, String> form = new TreeMap<>();
        for (String field : text.split("&", -1)) {
            String[] parts = field.split("=", 2);
            if (parts.length == 2) {
                form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
