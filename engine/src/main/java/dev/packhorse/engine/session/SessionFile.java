package dev.packhorse.engine.session;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.rootfile.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The file `session.json` in a session's folder.
final class SessionFile {
    static final String NAME = "session.json";

    private static final int MAX_BYTES = 1 << 16;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private SessionFile() {}

    static void write(Path folder, Session session) throws IOException {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("account", session.account());
        node.put("job", session.job().map(JobId::value).orElse(""));
        if (!session.end().isEmpty()) {
            node.put("end", session.end());
        }
        AtomicFile.replace(folder.resolve(NAME), MAPPER.writeValueAsString(node) + "\n");
    }

    static Session read(Path folder, SessionId id, SessionKind kind) throws IOException {
        Path file = folder.resolve(NAME);
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            JsonNode node = MAPPER.readTree(in.readNBytes(MAX_BYTES));
            String job = node.path("job").asString("");
            Optional<JobId> jobId = job.isEmpty() ? Optional.empty() : Optional.of(new JobId(job));
            return new Session(
                    id,
                    kind,
                    node.path("account").asString(""),
                    jobId,
                    node.path("end").asString(""));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException("damaged file: " + file, e);
        }
    }
}
