package dev.packhorse.engine.daemon;

import dev.packhorse.engine.http.ServedLogs;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.session.RunLogs;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionKind;
import dev.packhorse.engine.session.SessionStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The logs of runs, and those of sessions, by the session or by its job.
record DaemonLogs(JobQueue queue, SessionStore sessions, RunLogs runLogs) implements ServedLogs {
    @Override
    public List<String> runs() throws IOException {
        return runLogs.names();
    }

    @Override
    public Optional<FileChannel> open(List<String> words) throws IOException {
        return switch (words.getFirst() + words.size()) {
            case "runs2" -> runLogs.openForReading(words.get(1));
            case "sessions3" -> session(words.get(1), words.get(2));
            case "jobs2" -> job(words.get(1));
            default -> Optional.empty();
        };
    }

    private Optional<FileChannel> session(String id, String log) throws IOException {
        if (!SessionId.isValid(id)) {
            return Optional.empty();
        }
        for (SessionKind kind : SessionKind.values()) {
            Optional<FileChannel> found = sessions.openForReading(kind, new SessionId(id), log);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<FileChannel> job(String id) throws IOException {
        if (!JobId.isValid(id)) {
            return Optional.empty();
        }
        Optional<Job> job = queue.find(new JobId(id));
        return job.isEmpty()
                ? Optional.empty()
                : session(sessionOf(job.get()), SessionStore.MASTER_LOG);
    }

    private static String sessionOf(Job job) {
        return JobJson.read(job.request().arguments(), JsonNode.class).path("session").asString("");
    }
}
