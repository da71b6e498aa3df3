package dev.packhorse.engine.session;

import dev.packhorse.engine.rootfile.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The transfer sessions that may have several items: their terms, and the lines of their master
/// logs that are no item's. Safe for many threads; who changes terms sees to it that nobody else
/// does at the same time.
public final class TransferSessions {
    private static final String TERMS = "transfer.json";

    /// Exists once the end of the session was written down.
    private static final String ENDED = "ended";

    private static final int MAX_BYTES = 1 << 16;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final SessionStore store;

    public TransferSessions(SessionStore store) {
        this.store = store;
    }

    /// A new session without items.
    ///
    /// @param prefix what its id begins with
    /// @throws IOException if it cannot be written
    public SessionId create(String prefix, TransferTerms terms) throws IOException {
        SessionId id = store.createTransfer(prefix, "").id();
        put(id, terms);
        return id;
    }

    /// The terms of a session; empty if there is no such session, or it has one item for good.
    ///
    /// @throws IOException if they cannot be read
    public Optional<TransferTerms> terms(SessionId id) throws IOException {
        Path file = folder(id).resolve(TERMS);
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            JsonNode node = MAPPER.readTree(in.readNBytes(MAX_BYTES));
            return Optional.of(
                    new TransferTerms(
                            node.path("vouched").asBoolean(false),
                            TransferTerms.Phase.valueOf(node.path("phase").asString(""))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException("damaged file: " + file, e);
        }
    }

    /// Keeps other terms; when this returns they are on stable storage.
    ///
    /// @throws IOException if they cannot be written
    public void put(SessionId id, TransferTerms terms) throws IOException {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("vouched", terms.vouched());
        node.put("phase", terms.phase().name());
        AtomicFile.replace(folder(id).resolve(TERMS), MAPPER.writeValueAsString(node) + "\n");
    }

    /// The worst state of those items that were removed from the queue; empty if none was.
    ///
    /// @throws IOException if it cannot be read
    public String end(SessionId id) throws IOException {
        return store.find(SessionKind.TRANSFER, id).map(Session::end).orElse("");
    }

    /// Writes down that a session with so many items begins.
    ///
    /// @throws IOException if its log cannot be opened
    public void logStart(SessionId id, int items) throws IOException {
        try (LogWriter master = store.openMaster(id)) {
            new MasterLines(master).started(items);
        }
    }

    /// Writes down what was asked of a session, in one word.
    ///
    /// @throws IOException if its log cannot be opened
    public void log(SessionId id, String action) throws IOException {
        try (LogWriter master = store.openMaster(id)) {
            new MasterLines(master).line(action, null);
        }
    }

    /// Writes down that a session has ended, unless that was done before.
    ///
    /// @throws IOException if it cannot be written
    public void logEnd(SessionId id) throws IOException {
        try {
            Files.createFile(folder(id).resolve(ENDED));
        } catch (FileAlreadyExistsException _) {
            return;
        }
        log(id, "complete");
    }

    static boolean hasTerms(Path session) {
        return Files.exists(session.resolve(TERMS), LinkOption.NOFOLLOW_LINKS);
    }

    private Path folder(SessionId id) {
        return store.path(SessionKind.TRANSFER, id);
    }
}
