package dev.packhorse.engine.http;

import dev.packhorse.engine.auth.SecretFile;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;

/// The socket file by which commands of this machine reach the API without TLS: see ADR 10. Only
/// the daemon's own user gets to it, by the modes of the folder (0700) and of the file (0600); a
/// call still needs its login.
final class LocalSocket {
    /// The file in the state folder that tells clients where the socket is.
    static final String ADDRESS_FILE = "http.socket";

    private static final int OTHERS = 077;
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private final Path path;
    private final Path addressFile;

    LocalSocket(Path path, Path state) {
        this.path = path;
        this.addressFile = state.resolve(ADDRESS_FILE);
    }

    /// The connector that will listen there.
    UnixDomainServerConnector connector(Server server, ConnectionFactory http, long idleMillis) {
        UnixDomainServerConnector made = new UnixDomainServerConnector(server, 1, 1, http);
        made.setUnixDomainPath(path);
        made.setIdleTimeout(idleMillis);
        return made;
    }

    /// Makes the way free: what a killed daemon left is removed.
    ///
    /// @throws IOException if the folder is open to others, if something else lies there, or if
    ///   another daemon answers there
    void prepare() throws IOException {
        Path folder = Objects.requireNonNull(path.getParent());
        SecretFile.makeFolder(folder);
        Map<String, Object> facts = facts(folder);
        if (!Objects.equals(facts.get("uid"), facts(Path.of("/proc/self")).get("uid"))) {
            throw refused("its folder belongs to somebody else");
        }
        if ((mode(facts) & OTHERS) != 0) {
            throw refused("others may enter its folder; use chmod 700 " + folder);
        }
        try {
            if ((mode(facts(path)) & FILE_TYPE) != SOCKET) {
                throw refused("something else has that name; move it away");
            }
        } catch (NoSuchFileException _) {
            return;
        }
        if (isServed()) {
            throw refused("another daemon serves there");
        }
        Files.delete(path);
    }

    private boolean isServed() throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(path));
        } catch (java.net.SocketException _) {
            return false; // refused: nobody listens any more
        }
    }

    private IOException refused(String why) {
        return new IOException("http.socket " + path + " cannot be used: " + why);
    }

    private static Map<String, Object> facts(Path file) throws IOException {
        return Files.readAttributes(file, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
    }

    private static int mode(Map<String, Object> facts) {
        return (Integer) Objects.requireNonNull(facts.get("mode"));
    }

    /// Narrows the file's mode and tells clients of it. Until now the folder kept others out.
    void opened() throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        SecretFile.write(addressFile, (path + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void closed() throws IOException {
        SecretFile.delete(addressFile);
    }
}
