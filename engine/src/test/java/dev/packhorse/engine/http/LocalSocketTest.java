package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The socket file for root's commands. Runs as root, to become somebody else.
class LocalSocketTest {
    private static final int NOBODY = 65534;

    /// Short, since a socket's path is.
    @TempDir(factory = ShortFolder.class)
    private Path folder;

    private Path home = Path.of("");
    private Path socket = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        home =
                Files.createDirectory(
                        folder.resolve("run"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        socket = home.resolve("api.sock");
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(socket).doesNotExist();
    }

    private TestServer serve(String name) throws IOException {
        HttpSettings settings = TestServer.settings(TlsMode.AUTO).withSocket(Optional.of(socket));
        return TestServer.start(Files.createDirectory(folder.resolve(name)), settings);
    }

    private String call(String head) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            String request =
                    "GET /json-api/version?api.version=1 HTTP/1.1\r\n"
                            + head
                            + "Connection: close\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer part = ByteBuffer.allocate(8192);
            while (channel.read(part) >= 0) {
                all.write(part.array(), 0, part.position());
                part.clear();
            }
            return all.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void callsAreServedBesideTheTlsPortAndStillNeedALogin() throws IOException {
        try (TestServer server = serve("one")) {
            assertThat(call(server.head()))
                    .startsWith("HTTP/1.1 200")
                    .contains("\"version\":\"11.9\"");
            assertThat(call("Host: localhost\r\n")).startsWith("HTTP/1.1 403");
            assertThat(call("Host: localhost\r\nAuthorization: whm root:WRONG\r\n"))
                    .startsWith("HTTP/1.1 403");
            assertThat(Files.readString(server.state.resolve(LocalSocket.ADDRESS_FILE)))
                    .isEqualTo(socket + "\n");
        }
        assertThat(folder.resolve("one/state").resolve(LocalSocket.ADDRESS_FILE)).doesNotExist();
    }

    @Test
    void nobodyElseGetsThroughTheFolderNorThroughTheFile() throws Exception {
        try (TestServer _ = serve("one")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            assertThat(connectsAs(0)).isTrue();
            assertThat(connectsAs(NOBODY)).as("folder closed").isFalse();
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
            assertThat(connectsAs(NOBODY)).as("folder open").isFalse();
            assertThat(Files.getPosixFilePermissions(socket))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
            assertThat(connectsAs(NOBODY)).as("this test can fail").isTrue();
        }
    }

    private boolean connectsAs(int uid) throws Exception {
        List<String> command =
                List.of(
                        "setpriv",
                        "--reuid=" + uid,
                        "--regid=" + uid,
                        "--clear-groups",
                        "curl",
                        "--silent",
                        "--output",
                        "/dev/null",
                        "--unix-socket",
                        socket.toString(),
                        "http://localhost/json-api/version");
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }

    @Test
    void aSocketThatAKilledDaemonLeftIsTakenAway() throws IOException {
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        try (TestServer server = serve("one")) {
            assertThat(call(server.head())).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aDaemonLeavesAnothersSocketAlone() throws IOException {
        try (TestServer first = serve("one")) {
            assertThatThrownBy(() -> serve("two"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("http.socket " + socket)
                    .hasMessageContaining("another daemon serves there");
            assertThat(folder.resolve("two/state/http.address")).doesNotExist();
            assertThat(call(first.head())).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void anOpenFolderAndAFileInTheWayAreRefused() throws IOException {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-x---"));
        assertThatThrownBy(() -> serve("one")).hasMessageContaining("chmod 700 " + home);
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(socket, "precious");
        assertThatThrownBy(() -> serve("two")).hasMessageContaining("move it away");
        assertThat(socket).hasContent("precious");
        Files.delete(socket);
    }

    @Test
    void aPathThatTheKernelDoesNotTakeIsNamed() {
        Path longest = Path.of("/" + "x".repeat(HttpSettings.LONGEST_SOCKET_PATH - 1));
        HttpSettings settings = HttpSettings.of(new HostPort("127.0.0.1", 0), TlsMode.OFF);
        assertThat(settings.withSocket(Optional.of(longest)).socket()).hasValue(longest);
        assertThatThrownBy(() -> settings.withSocket(Optional.of(Path.of(longest + "y"))))
                .hasMessageContaining("http.socket")
                .hasMessageContaining("107");
    }

    @Test
    void manyConnectionsToThePortDoNotKeepTheSocketShut() throws IOException {
        HttpLimits usual = HttpLimits.DEFAULT;
        HttpLimits few =
                new HttpLimits(
                        usual.header(), usual.body(), usual.headerTime(), usual.bodyTime(), 2, 2);
        HttpSettings settings =
                TestServer.settings(TlsMode.OFF).withLimits(few).withSocket(Optional.of(socket));
        List<RawClient> idle = new ArrayList<>();
        try (TestServer server =
                TestServer.start(Files.createDirectory(folder.resolve("one")), settings)) {
            try {
                for (int i = 0; i < 2; i++) {
                    idle.add(server.connect());
                    // Answered, so it has been let in and is kept.
                    String ask = "GET /json-api/version HTTP/1.1\r\n" + server.head() + "\r\n";
                    assertThat(idle.getLast().send(ask).read().status()).isEqualTo(200);
                }
                try (RawClient third = server.connect()) {
                    assertThat(third.isClosedByServer()).isTrue();
                }
                assertThat(call(server.head())).startsWith("HTTP/1.1 200");
            } finally {
                for (RawClient client : idle) {
                    client.close();
                }
            }
        }
    }

    @Test
    void afterTheStopNobodyAnswers() throws IOException {
        serve("one").close();
        assertThatThrownBy(() -> call("Host: localhost\r\n")).isInstanceOf(SocketException.class);
    }
}
