package dev.packhorse.cli.client;

import dev.packhorse.cli.client.ClientException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Calls functions of the running daemon as root. One thread.
public final class DaemonClient implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final DaemonLink link;
    private final Consumer<String> warned;
    private final Set<String> warnings = ConcurrentHashMap.newKeySet();

    /// Finds the daemon of a state folder; no call is made yet.
    ///
    /// @param warned takes the warnings of answers, each once
    /// @throws ClientException if there is none, or its token may not be read
    public DaemonClient(StateFolder state, Consumer<String> warned) throws ClientException {
        this.link = new DaemonLink(state);
        this.warned = warned;
    }

    /// Calls a function and returns its `data`, a missing node if it has none.
    ///
    /// @throws ClientException if there is no answer, or `result` is 0; then the message is the
    ///   reason
    public JsonNode call(String function, Parameters parameters) throws ClientException {
        return call(function, parameters, DaemonLink.ANSWER);
    }

    /// Calls a function that may take longer than most, as [#call(String, Parameters)] does.
    ///
    /// @param within how long to wait for the answer
    public JsonNode call(String function, Parameters parameters, Duration within)
            throws ClientException {
        JsonNode envelope = envelope(function, parameters, within);
        JsonNode metadata = envelope.path("metadata");
        if (metadata.path("result").asInt(0) != 1) {
            throw new ClientException(
                    Kind.FAILED, metadata.path("reason").asString("the call failed"), null);
        }
        for (JsonNode warning : metadata.at("/output/warnings")) {
            String text = warning.asString("");
            if (warnings.add(text)) {
                warned.accept(text);
            }
        }
        return envelope.path("data");
    }

    /// Calls a function and returns the whole answer, whatever its result.
    ///
    /// @throws ClientException if there is no answer
    public JsonNode envelope(String function, Parameters parameters) throws ClientException {
        return envelope(function, parameters, DaemonLink.ANSWER);
    }

    private JsonNode envelope(String function, Parameters parameters, Duration within)
            throws ClientException {
        return link.ask(function, parameters, within, DaemonClient::read);
    }

    private static JsonNode read(InputStream body) throws IOException, ClientException {
        try {
            return JSON.readTree(body);
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            throw new ClientException(Kind.UNREACHABLE, "the daemon's answer is not JSON", e);
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
