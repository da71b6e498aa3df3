package dev.packhorse.cli.client;

import dev.packhorse.cli.client.ClientException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A way to the running daemon, as root: its socket file where there is one and somebody listens,
/// else its port. Loads nothing that a call does not need, since a whole command waits for it. One
/// thread.
public final class DaemonLink implements AutoCloseable {
    /// How long most calls wait for their answer.
    public static final Duration ANSWER = Duration.ofMinutes(2);

    private final StateFolder state;
    private final URI address;
    private final String token;
    private final Optional<Path> socket;
    private @Nullable PortClient port;

    /// Finds the daemon of a state folder; no call is made yet.
    ///
    /// @throws ClientException if there is none, or its token may not be read
    public DaemonLink(StateFolder state) throws ClientException {
        this.state = state;
        this.address = state.address();
        this.token = state.rootToken();
        this.socket = state.socket();
    }

    /// What a call is read with; may fail like any stream.
    @FunctionalInterface
    public interface BodyReader<T> {
        /// Reads the body to its end.
        T read(InputStream body) throws IOException, ClientException;
    }

    /// Calls a function.
    ///
    /// @param within how long to wait for the answer
    /// @throws ClientException if there is no answer
    public <T> T ask(String function, Parameters parameters, Duration within, BodyReader<T> reader)
            throws ClientException {
        Request request =
                new Request(
                        "/json-api/" + function, "whm root:" + token, parameters.encoded(), within);
        Optional<SocketCall> local =
                socket.isPresent() ? SocketCall.connect(socket.get(), within) : Optional.empty();
        try {
            if (local.isPresent()) {
                try (SocketCall call = local.get()) {
                    return call.send(request, (status, body) -> checked(status, body, reader));
                }
            }
            return port().send(request, (status, body) -> checked(status, body, reader));
        } catch (IOException e) {
            throw new ClientException(
                    Kind.UNREACHABLE,
                    "talking to "
                            + (local.isPresent() ? socket.get() : address)
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static <T> T checked(int status, InputStream body, BodyReader<T> reader)
            throws IOException, ClientException {
        if (status == 401 || status == 403) {
            throw new ClientException(Kind.DENIED, "the daemon refuses our token", null);
        }
        // 503 has an answer that says why, as that the store is away.
        if (status != 200 && status != 503) {
            throw new ClientException(
                    Kind.UNREACHABLE, "the daemon answers with HTTP status " + status, null);
        }
        return reader.read(body);
    }

    private PortClient port() throws ClientException {
        PortClient opened = port;
        if (opened == null) {
            opened = new PortClient(address, state);
            port = opened;
        }
        return opened;
    }

    @Override
    public void close() {
        PortClient opened = port;
        if (opened != null) {
            opened.close();
        }
    }

    /// One call as it goes over the wire.
    record Request(String path, String authorization, String form, Duration within) {}

    /// Takes an answer.
    @FunctionalInterface
    interface AnswerReader<T> {
        T read(int status, InputStream body) throws IOException, ClientException;
    }
}
