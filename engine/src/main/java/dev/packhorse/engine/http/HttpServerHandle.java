package dev.packhorse.engine.http;

import dev.packhorse.engine.auth.Authenticator;
import dev.packhorse.engine.auth.LoginSessions;
import dev.packhorse.engine.auth.SecretFile;
import dev.packhorse.engine.whm.Dispatcher;
import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The API's port, from its start to its stop. Start and stop are called once each, from one
/// thread.
public final class HttpServerHandle implements AutoCloseable {
    /// The file in the state folder that tells clients of this machine where the port is.
    public static final String ADDRESS_FILE = "http.address";

    private static final int PLATFORM_THREADS = 8;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    private final HttpSettings settings;
    private final Path state;
    private final Server server;
    private final ServerConnector connector;
    private final Optional<LocalSocket> socket;

    /// Prepares the port.
    ///
    /// @param state the state folder; its `tls` folder keeps the daemon's own certificate
    /// @param hostName the name of this server, for that certificate
    /// @param pages what is served besides the API
    /// @throws IOException if certificate or key cannot be read or made; the message names the file
    public HttpServerHandle(
            HttpSettings settings,
            Path state,
            String hostName,
            Authenticator authenticator,
            LoginSessions sessions,
            Dispatcher dispatcher,
            ServedPages pages,
            InstantSource clock)
            throws IOException {
        this.settings = settings;
        this.state = state;
        this.server = new Server(threads());
        this.connector = connector(hostName, clock);
        server.addConnector(connector);
        ConnectionGuard guard = new ConnectionGuard(settings.limits(), connector.getScheduler());
        connector.addBean(guard);
        this.socket = settings.socket().map(path -> new LocalSocket(path, state));
        socket.ifPresent(local -> serve(local, guard));
        server.setHandler(
                new GracefulHandler(
                        new ApiHandler(
                                authenticator,
                                sessions,
                                dispatcher,
                                pages,
                                settings.limits(),
                                guard,
                                new ClientAddress(settings.proxies()))));
        server.setErrorHandler(new PlainErrorHandler());
        server.setStopAtShutdown(false);
    }

    private void serve(LocalSocket local, ConnectionGuard guard) {
        Connector made =
                local.connector(
                        server,
                        new HttpConnectionFactory(configuration(false)),
                        settings.limits().bodyTime().toMillis());
        made.addBean(guard, false);
        server.addConnector(made);
    }

    /// A few platform threads watch the sockets; each request runs on a virtual thread of its own.
    private static QueuedThreadPool threads() {
        QueuedThreadPool pool = new QueuedThreadPool(PLATFORM_THREADS);
        pool.setName("http");
        pool.setDaemon(true);
        pool.setReservedThreads(0);
        pool.setVirtualThreadsExecutor(
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("http-call-", 0).factory()));
        return pool;
    }

    private ServerConnector connector(String hostName, InstantSource clock) throws IOException {
        HttpConnectionFactory http =
                new HttpConnectionFactory(configuration(settings.tls() != TlsMode.OFF));
        ServerConnector made =
                switch (settings.tls()) {
                    case OFF -> new ServerConnector(server, 1, 1, http);
                    case AUTO, FILES ->
                            new ServerConnector(
                                    server,
                                    1,
                                    1,
                                    new SslConnectionFactory(
                                            tls(hostName, clock), http.getProtocol()),
                                    http);
                };
        made.setHost(settings.listen().host());
        made.setPort(settings.listen().port());
        made.setIdleTimeout(settings.limits().bodyTime().toMillis());
        return made;
    }

    private HttpConfiguration configuration(boolean tls) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendXPoweredBy(false);
        configuration.setRequestHeaderSize((int) settings.limits().header().bytes());
        // Both length headers, two of one kind, folded headers, HTTP/0.9: 400.
        configuration.setHttpCompliance(HttpCompliance.RFC9110);
        // Empty parts of a path are for the handler to judge, which takes one before a call.
        configuration.setUriCompliance(
                UriCompliance.RFC3986.with(
                        "RFC3986_EMPTY", UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT));
        if (tls) {
            // Clients reach this port by address or by any of the server's names.
            configuration.addCustomizer(new SecureRequestCustomizer(false));
        }
        return configuration;
    }

    private SslContextFactory.Server tls(String hostName, InstantSource clock) throws IOException {
        KeyStore keys;
        if (settings.tls() == TlsMode.AUTO) {
            Path folder = state.resolve("tls");
            SelfSignedCertificate.ensure(folder, hostName, clock);
            keys =
                    TlsKeys.load(
                            folder.resolve(SelfSignedCertificate.CERTIFICATE),
                            folder.resolve(SelfSignedCertificate.KEY));
        } else {
            keys = TlsKeys.load(settings.certificate().orElseThrow(), settings.key().orElseThrow());
        }
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(keys);
        tls.setKeyStorePassword(new String(TlsKeys.PASSWORD));
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        tls.setRenegotiationAllowed(false);
        return tls;
    }

    /// Opens the port and writes its address to `STATE/http.address`.
    ///
    /// @return the address with the port that was really taken
    /// @throws IOException if the port cannot be opened; then nothing runs
    public HostPort start() throws IOException {
        if (socket.isPresent()) {
            socket.get().prepare();
        }
        try {
            server.start();
        } catch (Exception e) {
            stopAfter(e);
            throw new IOException("cannot serve on " + settings.listen() + ": " + reason(e), e);
        }
        try {
            if (socket.isPresent()) {
                socket.get().opened();
            }
            SecretFile.write(
                    state.resolve(ADDRESS_FILE),
                    (uri() + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            stopAfter(e);
            throw e;
        }
        return address();
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return String.valueOf(cause.getMessage());
    }

    private void stopAfter(Exception failure) {
        try {
            server.stop();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    /// The address with its real port.
    ///
    /// @throws IllegalStateException before the start
    public HostPort address() {
        int port = connector.getLocalPort();
        if (port <= 0) {
            throw new IllegalStateException("the port is not open");
        }
        return new HostPort(settings.listen().host(), port);
    }

    /// The address as clients write it, such as `https://127.0.0.1:2087`.
    public URI uri() {
        String scheme = settings.tls() == TlsMode.OFF ? "http" : "https";
        return URI.create(scheme + "://" + address());
    }

    /// As the other, after a few seconds at most.
    ///
    /// @throws IOException if it did not stop in order; the port is closed even so
    @Override
    public void close() throws IOException {
        close(LONGEST_STOP);
    }

    /// Takes no new request, waits for those under way, closes the port and removes the address
    /// file.
    ///
    /// @param longest how long it waits
    /// @throws IOException if it did not stop in order; the port is closed even so
    public void close(Duration longest) throws IOException {
        // Zero would be no limit.
        server.setStopTimeout(Math.max(1, longest.toMillis()));
        try {
            SecretFile.delete(state.resolve(ADDRESS_FILE));
            if (socket.isPresent()) {
                socket.get().closed();
            }
        } finally {
            stop();
        }
    }

    private void stop() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("the port did not stop in order", e);
        }
    }
}
