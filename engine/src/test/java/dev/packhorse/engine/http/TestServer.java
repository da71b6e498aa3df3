package dev.packhorse.engine.http;

import dev.packhorse.engine.auth.Authenticator;
import dev.packhorse.engine.auth.HashVerifier;
import dev.packhorse.engine.auth.LockoutRules;
import dev.packhorse.engine.auth.LoginGuard;
import dev.packhorse.engine.auth.LoginSessions;
import dev.packhorse.engine.auth.PasswordCheck;
import dev.packhorse.engine.auth.PlainSealing;
import dev.packhorse.engine.auth.SecondFactors;
import dev.packhorse.engine.auth.TestHost;
import dev.packhorse.engine.auth.TokenRequest;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.whm.Dispatcher;
import dev.packhorse.engine.whm.TestFunctions;
import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The real port with the functions of [TestFunctions] on a free port.
final class TestServer implements AutoCloseable {
    final TokenStore tokens;
    final Path state;
    final HostPort address;
    final String rootToken;
    final LoginSessions sessions;
    final TestHost host;
    final SecondFactors factors;
    private final HttpServerHandle handle;

    private TestServer(Path folder, HttpSettings settings, Dispatcher dispatcher, ServedPages pages)
            throws IOException {
        this(
                folder,
                settings,
                dispatcher,
                pages,
                new LoginGuard(
                        LockoutRules.USUAL,
                        Duration.ofMillis(1),
                        InstantSource.system(),
                        LoginGuard.Listener.NONE));
    }

    private TestServer(
            Path folder,
            HttpSettings settings,
            Dispatcher dispatcher,
            ServedPages pages,
            LoginGuard guard)
            throws IOException {
        host = TestHost.in(folder.resolve("root"));
        state = Files.createDirectories(folder.resolve("state"));
        tokens = new TokenStore(state.resolve("tokens"), InstantSource.system());
        factors =
                new SecondFactors(
                        state.resolve("second-factors"),
                        new PlainSealing(),
                        InstantSource.system());
        rootToken = newToken("root", "test-" + System.nanoTime());
        sessions = new LoginSessions(host.users(), tokens, InstantSource.system());
        handle =
                new HttpServerHandle(
                        settings,
                        state,
                        "host.example",
                        new Authenticator(
                                tokens,
                                new PasswordCheck(
                                        host.users(),
                                        HashVerifier.ofSystem(),
                                        InstantSource.system()),
                                factors,
                                host.users(),
                                guard,
                                InstantSource.system()),
                        sessions,
                        dispatcher,
                        pages,
                        InstantSource.system());
        address = handle.start();
    }

    static TestServer plain(Path folder) throws IOException {
        return with(folder, HttpLimits.DEFAULT);
    }

    static TestServer with(Path folder, HttpLimits limits) throws IOException {
        return start(folder, settings(TlsMode.OFF).withLimits(limits));
    }

    static TestServer start(Path folder, HttpSettings settings) throws IOException {
        return new TestServer(
                folder, settings, TestFunctions.dispatcher(), ServedPages.of(List.of(), List.of()));
    }

    static TestServer with(Path folder, HttpSettings settings, LoginGuard guard)
            throws IOException {
        return new TestServer(
                folder,
                settings,
                TestFunctions.dispatcher(),
                ServedPages.of(List.of(), List.of()),
                guard);
    }

    static TestServer with(Path folder, HttpLimits limits, Dispatcher dispatcher)
            throws IOException {
        return new TestServer(
                folder,
                settings(TlsMode.OFF).withLimits(limits),
                dispatcher,
                ServedPages.of(List.of(), List.of()));
    }

    static TestServer with(Path folder, MonitoringPage page) throws IOException {
        return new TestServer(
                folder,
                settings(TlsMode.OFF),
                TestFunctions.dispatcher(),
                ServedPages.of(List.of(), List.of(page)));
    }

    static TestServer with(Path folder, BrowserPage page) throws IOException {
        return new TestServer(
                folder,
                settings(TlsMode.OFF),
                TestFunctions.dispatcher(),
                ServedPages.of(List.of(page), List.of()));
    }

    static TestServer with(Path folder, EventSource events, ServedLogs logs) throws IOException {
        return new TestServer(
                folder,
                settings(TlsMode.OFF),
                TestFunctions.dispatcher(),
                new ServedPages(List.of(), List.of(), events, logs));
    }

    static HttpSettings settings(TlsMode tls) {
        return HttpSettings.of(new HostPort("127.0.0.1", 0), tls);
    }

    String newToken(String user, String name) throws IOException {
        return tokens.create(new TokenRequest(user, name, Set.of(), Optional.empty(), List.of()))
                .orElseThrow()
                .value()
                .reveal();
    }

    /// The header lines that every HTTP/1.1 request of root's has.
    String head() {
        return "Host: host.example:2087\r\nAuthorization: whm root:" + rootToken + "\r\n";
    }

    RawClient connect() throws IOException {
        return RawClient.to(address);
    }

    /// Sends bytes on a new connection and reads one answer.
    RawClient.Response ask(String bytes) throws IOException {
        try (RawClient client = connect()) {
            return client.send(bytes).read();
        }
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}
