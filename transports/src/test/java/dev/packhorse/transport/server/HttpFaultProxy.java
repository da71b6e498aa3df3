package dev.packhorse.transport.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/// Stands between a client and an HTTP server without TLS: sees every request, and may answer in
/// the server's place or break the connection after the server did its work.
public final class HttpFaultProxy implements AutoCloseable {
    private static final Set<String> OWN =
            Set.of(
                    "connection",
                    "content-length",
                    "host",
                    "transfer-encoding",
                    "upgrade",
                    "http2-settings",
                    "date",
                    "keep-alive");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newHttpClient();
    private final int target;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Predicate<HttpExchange> losesAnswerOf = _ -> false;
    private volatile HeaderChange headers = (_, value) -> Optional.of(value);
    private volatile Answering answering = _ -> false;

    /// What the server gets to see of a header; empty drops it.
    @FunctionalInterface
    public interface HeaderChange {
        Optional<String> change(String name, String value);
    }

    /// Answers in the server's place.
    @FunctionalInterface
    public interface Answering {
        /// True if it did.
        boolean answer(HttpExchange exchange) throws IOException;
    }

    private HttpFaultProxy(HttpServer server, int target) {
        this.server = server;
        this.target = target;
    }

    /// Begins to listen.
    public static HttpFaultProxy before(int target) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        HttpFaultProxy proxy = new HttpFaultProxy(server, target);
        server.setExecutor(proxy.threads);
        server.createContext("/", proxy::handle);
        server.start();
        return proxy;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /// Breaks the connection in place of the answer, once the server has done its work.
    public void losesAnswerOf(Predicate<HttpExchange> requests) {
        losesAnswerOf = requests;
    }

    public void changesHeaders(HeaderChange rule) {
        headers = rule;
    }

    public void answers(Answering rule) {
        answering = rule;
    }

    /// What was asked, as `METHOD PATH`, in order.
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /// Gives an answer without a body.
    public static boolean reply(HttpExchange exchange, int status, Map<String, String> headers)
            throws IOException {
        exchange.getRequestBody().readAllBytes();
        headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
        return true;
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath());
        if (answering.answer(exchange)) {
            return;
        }
        HttpResponse<byte[]> response = forward(exchange);
        if (losesAnswerOf.test(exchange)) {
            exchange.getResponseBody().close();
            exchange.close();
            throw new IOException("lost on purpose");
        }
        response.headers()
                .map()
                .forEach((name, values) -> {
                    if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                        exchange.getResponseHeaders().put(name, values);
                    }
                });
        byte[] body = response.body();
        exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
        exchange.close();
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create("http://localhost:" + target + exchange.getRequestURI()))
                        .method(
                                exchange.getRequestMethod(),
                                HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders()
                .forEach((name, values) -> {
                    if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                        String value = values.getFirst();
                        headers.change(name.toLowerCase(Locale.ROOT), value)
                                .ifPresent(
                                        shown -> request.setHeader(name, retargeted(name, shown)));
                    }
                });
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private String retargeted(String name, String value) {
        return name.equalsIgnoreCase("Destination")
                ? value.replace(":" + port() + "/", ":" + target + "/")
                : value;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
        client.close();
    }
}
