package dev.packhorse.engine.destination;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a place says of whose archives it holds: a small object in its folder, written before
/// anything else is.
///
/// @param server the server's [ServerIdentity#id()]
/// @param name its name when it wrote this
/// @param destination what the place is called in its configuration
record PlaceMark(String server, String name, DestinationId destination) {
    static final ObjectKey KEY = new ObjectKey("packhorse-server.json");

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int LONGEST = 4096;
    private static final Pattern SERVER = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,255}");

    static PlaceMark of(ServerIdentity self, DestinationId destination) {
        return new PlaceMark(self.id(), self.name(), destination);
    }

    /// The mark of a place, empty if it has none.
    ///
    /// @throws TransportException `REFUSED` if what is there is no mark
    static Optional<PlaceMark> read(Transport transport, Cancellation cancellation)
            throws TransportException, CancelledException {
        byte[] bytes;
        try {
            bytes =
                    transport.read(
                            KEY, ByteRange.ALL, in -> in.readNBytes(LONGEST + 1), cancellation);
        } catch (TransportException e) {
            if (e.kind() == Kind.MISSING) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(parse(bytes));
    }

    /// Writes the mark.
    void write(Transport transport, PutMode mode, Cancellation cancellation)
            throws TransportException, CancelledException {
        transport.put(KEY, SampleContent.of(text()), mode, cancellation);
    }

    private String text() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("server", server).put("name", name).put("destination", destination.value());
        json.put(
                "note",
                "The archives in this folder are this server's. Any other needs a folder of its own.");
        return json.toPrettyString() + "\n";
    }

    private static PlaceMark parse(byte[] bytes) throws TransportException {
        try {
            if (bytes.length > LONGEST) {
                throw new IOException("it is too long");
            }
            JsonNode json = MAPPER.readTree(bytes);
            String server = json.path("server").asString("");
            String name = json.path("name").asString("");
            if (!SERVER.matcher(server).matches() || !NAME.matcher(name).matches()) {
                throw new IOException("it names no server");
            }
            return new PlaceMark(
                    server, name, new DestinationId(json.path("destination").asString("")));
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            throw new TransportException(
                    Kind.REFUSED,
                    "read "
                            + KEY
                            + ", which tells whose archives are there: it is damaged; if they are"
                            + " this server's, delete that object and try again",
                    e);
        }
    }
}
