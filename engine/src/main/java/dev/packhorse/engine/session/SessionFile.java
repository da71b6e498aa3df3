package dev.packhorse.engine.session;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.rootfile.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The file `session.json` in a session's folder. How jobs stood that were removed from the queue
/// lies beside it in a file of its own: that one is written without waiting for the disk, so it
/// must not be able to damage this one.
final class SessionFile {
    static final String NAME = "session.json";

    private static final String END = "worst-end";
    private static final int MAX_BYTES = 1 << 16;
    private static final int MAX_END_BYTES = 64;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private SessionFile() {}

    static void write(Path folder, Session session) throws IOException {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("account", session.account());
        node.put("job", session.job().map(JobId::value).orElse(""));
        AtomicFile.replace(folder.resolve(NAME), MAPPER.writeValueAsString(node) + "\n");
    }

    static Session read(Path folder, SessionId id, SessionKind kind) throws IOException {
        Path file = folder.resolve(NAME);
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            JsonNode node = MAPPER.readTree(in.readNBytes(MAX_BYTES));
            String job = node.path("job").asString("");
            Optional<JobId> jobId = job.isEmpty() ? Optional.empty() : Optional.of(new JobId(job));
            return new Session(id, kind, node.path("account").asString(""), jobId, readEnd(folder));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException("damaged file: " + file, e);
        }
    }

    /// Thousands of tasks are cleared in one call, each with a session of its own: waiting for the
    /// disk each time would take minutes. A note that a power cut loses costs an answer, no data.
    static void writeEnd(Path folder, String state) throws IOException {
        Path temporary = Files.createTempFile(folder, "." + END + ".", ".tmp");
        try {
            Files.writeString(temporary, state);
            Files.move(temporary, folder.resolve(END), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    private static String readEnd(Path folder) throws IOException {
        try (InputStream in =
                Files.newInputStream(folder.resolve(END), LinkOption.NOFOLLOW_LINKS)) {
            return new String(in.readNBytes(MAX_END_BYTES), StandardCharsets.US_ASCII);
        } catch (NoSuchFileException _) {
            return "";
        }
    }
}
