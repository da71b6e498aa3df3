package dev.packhorse.transport.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// As much of Nextcloud as an upload by chunks needs: two trees of files in memory, and folders
/// below `uploads` that are put together by moving their `.file`. Refuses what Nextcloud refuses:
/// chunks without a destination, small chunks but the last, wrong names, a wrong total.
///
/// Source: Nextcloud developer manual, “Chunked file upload” version 2.
public final class NextcloudFake implements AutoCloseable {
    private static final int LEAST_CHUNK = 5 << 20;
    private static final Node FOLDER = new Node(true, new byte[0]);

    /// A file or a folder.
    private static final class Node {
        private final boolean folder;
        private final byte[] bytes;

        Node(boolean folder, byte[] bytes) {
            this.folder = folder;
            this.bytes = bytes;
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SortedMap<String, Node> files = new TreeMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile int refuseAfterChunks = Integer.MAX_VALUE;
    private volatile boolean slowToAssemble;

    private NextcloudFake(HttpServer server) {
        this.server = server;
        for (String folder :
                List.of(
                        "",
                        "/remote.php",
                        "/remote.php/dav",
                        "/remote.php/dav/files",
                        "/remote.php/dav/files/bk",
                        "/remote.php/dav/uploads",
                        "/remote.php/dav/uploads/bk")) {
            files.put(folder, FOLDER);
        }
    }

    /// Begins to listen on a free port.
    public static NextcloudFake start() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        NextcloudFake fake = new NextcloudFake(server);
        server.setExecutor(fake.threads);
        server.createContext("/", fake::handle);
        server.start();
        return fake;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public List<String> requests() {
        return List.copyOf(requests);
    }

    /// From the so-many-th chunk on, all are refused with 503.
    public void refuseAfterChunks(int count) {
        refuseAfterChunks = count;
    }

    /// Assembling succeeds, and answers that it timed out.
    public void slowToAssemble() {
        slowToAssemble = true;
    }

    /// All files, without folders.
    public synchronized Map<String, byte[]> files() {
        Map<String, byte[]> found = new TreeMap<>();
        files.forEach((path, node) -> {
            if (!node.folder) {
                found.put(path, node.bytes);
            }
        });
        return found;
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = path(exchange.getRequestURI());
        requests.add(exchange.getRequestMethod() + " " + path);
        if (exchange.getRequestHeaders().getFirst("Authorization") == null) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"Nextcloud\"");
            answer(exchange, 401, "");
            return;
        }
        synchronized (this) {
            switch (exchange.getRequestMethod()) {
                case "PROPFIND" -> propfind(exchange, path);
                case "MKCOL" -> answer(exchange, mkcol(path), "");
                case "PUT" -> answer(exchange, put(exchange, path, body), "");
                case "MOVE" -> answer(exchange, move(exchange, path), "");
                case "DELETE" -> answer(exchange, delete(path), "");
                case "GET" -> get(exchange, path);
                default -> answer(exchange, 405, "");
            }
        }
    }

    private static String path(URI address) {
        String path = address.getPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private boolean isFolder(String path) {
        Node found = files.get(path);
        return found != null && found.folder;
    }

    private int mkcol(String path) {
        if (files.containsKey(path)) {
            return 405;
        }
        if (!isFolder(parent(path))) {
            return 409;
        }
        files.put(path, FOLDER);
        return 201;
    }

    private int put(HttpExchange exchange, String path, byte[] body) {
        if (!isFolder(parent(path))) {
            return 409;
        }
        if (path.contains("/uploads/")) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (exchange.getRequestHeaders().getFirst("Destination") == null
                    || !name.matches("[0-9]{1,5}")
                    || Integer.parseInt(name) < 1
                    || Integer.parseInt(name) > 10_000) {
                return 400;
            }
            if (Integer.parseInt(name) > refuseAfterChunks) {
                return 503;
            }
        }
        return files.put(path, new Node(false, body)) == null ? 201 : 204;
    }

    private int move(HttpExchange exchange, String path) throws IOException {
        String target = path(URI.create(exchange.getRequestHeaders().getFirst("Destination")));
        if (files.containsKey(target)
                && "F".equals(exchange.getRequestHeaders().getFirst("Overwrite"))) {
            return 412;
        }
        Node moved =
                path.contains("/uploads/") && path.endsWith("/.file")
                        ? assembled(exchange, parent(path))
                        : files.remove(path);
        if (moved == null) {
            return 400;
        }
        files.put(target, moved);
        return path.endsWith("/.file") && slowToAssemble ? 504 : 201;
    }

    private @Nullable Node assembled(HttpExchange exchange, String folder) throws IOException {
        SortedMap<String, Node> chunks = new TreeMap<>(files.subMap(folder + "/", folder + "0"));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (var chunk : chunks.entrySet()) {
            if (chunk.getValue().bytes.length < LEAST_CHUNK
                    && !chunk.getKey().equals(chunks.lastKey())) {
                return null;
            }
            whole.write(chunk.getValue().bytes);
        }
        String total = exchange.getRequestHeaders().getFirst("OC-Total-Length");
        if (!String.valueOf(whole.size()).equals(total)) {
            return null;
        }
        delete(folder);
        return new Node(false, whole.toByteArray());
    }

    private int delete(String path) {
        if (files.remove(path) == null) {
            return 404;
        }
        files.subMap(path + "/", path + "0").clear();
        return 204;
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        Node found = files.get(path);
        if (found == null || found.folder) {
            answer(exchange, 404, "");
            return;
        }
        int length = found.bytes.length;
        exchange.sendResponseHeaders(200, length == 0 ? -1 : length);
        exchange.getResponseBody().write(found.bytes);
        exchange.close();
    }

    private void propfind(HttpExchange exchange, String path) throws IOException {
        Node found = files.get(path);
        if (found == null) {
            answer(exchange, 404, "");
            return;
        }
        StringBuilder answer = new StringBuilder("<d:multistatus xmlns:d=\"DAV:\">");
        answer.append(response(path, found));
        if ("1".equals(exchange.getRequestHeaders().getFirst("Depth"))) {
            files.subMap(path + "/", path + "0")
                    .forEach((name, node) -> {
                        if (parent(name).equals(path)) {
                            answer.append(response(name, node));
                        }
                    });
        }
        answer(exchange, 207, answer.append("</d:multistatus>").toString());
    }

    private static String response(String path, Node node) {
        String facts =
                node.folder
                        ? "<d:resourcetype><d:collection/></d:resourcetype>"
                                + "<d:quota-available-bytes>700</d:quota-available-bytes>"
                                + "<d:quota-used-bytes>300</d:quota-used-bytes>"
                        : "<d:resourcetype/><d:getcontentlength>"
                                + node.bytes.length
                                + "</d:getcontentlength>";
        return "<d:response><d:href>"
                + path
                + (node.folder ? "/" : "")
                + "</d:href><d:propstat><d:prop>"
                + facts
                + "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>";
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
