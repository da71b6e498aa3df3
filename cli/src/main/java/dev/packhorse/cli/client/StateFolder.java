package dev.packhorse.cli.client;

import dev.packhorse.cli.client.ClientException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The state folder of a daemon, as its clients see it: where it listens and how root gets in.
public record StateFolder(Path path) {
    /// The state folder of the shipped configuration.
    public static final Path DEFAULT = Path.of("/var/lib/packhorse");

    /// The folder named by `--state`, else by the environment variable `PACKHORSE_STATE`, else
    /// [#DEFAULT].
    public static StateFolder of(Optional<Path> option, Map<String, String> environment) {
        String variable = environment.getOrDefault("PACKHORSE_STATE", "");
        Path named = variable.isEmpty() ? DEFAULT : Path.of(variable);
        return new StateFolder(option.orElse(named));
    }

    /// The daemon's address.
    ///
    /// @throws ClientException if no daemon runs with this state
    public URI address() throws ClientException {
        return URI.create(read("http.address", "no daemon runs with the state folder " + path));
    }

    /// Root's token.
    ///
    /// @throws ClientException if it is not there or may not be read
    public String rootToken() throws ClientException {
        return read("root.token", "there is no root.token in " + path);
    }

    /// The daemon's socket file, empty if it has none or another user asks.
    Optional<Path> socket() {
        try {
            return Optional.of(Path.of(Files.readString(path.resolve("http.socket")).strip()));
        } catch (IOException | IllegalArgumentException _) {
            return Optional.empty(); // the port is the other way
        }
    }

    /// The certificate that the daemon made for itself.
    public Path certificate() {
        return path.resolve("tls").resolve("certificate.pem");
    }

    private String read(String name, String absent) throws ClientException {
        Path file = path.resolve(name);
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            String hint =
                    "start it with: packhorse serve, or name its state folder with --state or PACKHORSE_STATE";
            throw new ClientException(Kind.UNREACHABLE, absent + "\n  HINT: " + hint, e);
        } catch (IOException e) {
            throw new ClientException(Kind.DENIED, "cannot read " + file + ": run as root", e);
        }
    }
}
