package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.session.Session;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionKind;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Sessions and the jobs that do their work. The queue alone knows how a session stands.
final class SessionJobs {
    private static final Logger LOG = LoggerFactory.getLogger(SessionJobs.class);
    private static final Set<JobKind> PACKING = Set.of(JobKind.PKGACCT, JobKind.BACKUP);
    private static final Set<JobKind> RESTORING = Set.of(JobKind.RESTORE);

    private final SessionStore store;
    private final JobQueue queue;

    SessionJobs(SessionStore store, JobQueue queue) {
        this.store = store;
        this.queue = queue;
    }

    SessionStore store() {
        return store;
    }

    RestoreEnqueuer.Accepted withTransfer(
            String prefix, String account, Function<String, Enqueued> enqueue) throws WhmException {
        try {
            return accept(store.createTransfer(prefix, account), enqueue);
        } catch (IOException e) {
            throw Text.failed("A session for the restore cannot be made", e);
        }
    }

    RestoreEnqueuer.Accepted withPkgacct(String account, Function<String, Enqueued> enqueue)
            throws WhmException {
        try {
            return accept(store.createPkgacct(account), enqueue);
        } catch (IOException e) {
            throw Text.failed("A session for the packing cannot be made", e);
        }
    }

    /// The job of a session; empty if it is not in the queue, or no longer.
    Optional<Job> jobOf(Session session) {
        if (session.job().isPresent()) {
            return queue.find(session.job().get());
        }
        Set<JobKind> kinds = session.kind() == SessionKind.PKGACCT ? PACKING : RESTORING;
        return queue.list(JobFilter.of(kinds, Set.of()).about(session.account())).stream()
                .filter(job -> sessionOf(job).equals(session.id().value()))
                .findFirst();
    }

    /// How the job of a session stands, or stood when it was removed; empty if nobody knows.
    Optional<JobState> stateOf(Session session) {
        return jobOf(session).map(Job::state).or(() -> noted(session.end()));
    }

    private static Optional<JobState> noted(String end) {
        return Arrays.stream(JobState.values()).filter(state -> state.name().equals(end)).findAny();
    }

    /// Keeps in mind how jobs stood that are no longer in the queue: clearing a list of tasks must
    /// not make failures of the sessions that others still ask for.
    ///
    /// @param removed the jobs as they were; those that stayed are passed over
    void noteEnds(Collection<Job> removed) {
        for (Job job : removed) {
            String session = sessionOf(job);
            if (!SessionId.isValid(session) || queue.find(job.id()).isPresent()) {
                continue;
            }
            SessionKind kind =
                    RESTORING.contains(job.request().kind())
                            ? SessionKind.TRANSFER
                            : SessionKind.PKGACCT;
            try {
                Optional<Session> found = store.find(kind, new SessionId(session));
                if (found.isPresent()) {
                    // What waited was called off with its removal.
                    JobState end = job.state().isOpen() ? JobState.CANCELLED : job.state();
                    store.noteEnd(found.get(), end.name());
                }
            } catch (IOException e) {
                LOG.atWarn()
                        .addKeyValue("session", session)
                        .setCause(e)
                        .log("the end of a session could not be noted in its folder");
            }
        }
    }

    /// The session whose logs a job writes, empty if it has none.
    static String sessionOf(Job job) {
        return JobJson.read(job.request().arguments(), JsonNode.class).path("session").asString("");
    }

    Session require(SessionKind kind, SessionId id) throws WhmException {
        try {
            return store.find(kind, id).orElseThrow(() -> Values.noSession(id.value()));
        } catch (IOException e) {
            throw Text.failed("The session " + id + " cannot be read", e);
        }
    }

    /// A session without a job is removed again.
    private RestoreEnqueuer.Accepted accept(Session session, Function<String, Enqueued> enqueue) {
        Enqueued enqueued;
        try {
            enqueued = enqueue.apply(session.id().value());
        } catch (RuntimeException e) {
            discard(session);
            throw e;
        }
        if (!enqueued.added()) {
            discard(session);
            return new RestoreEnqueuer.Accepted(enqueued, "");
        }
        bind(session, enqueued);
        return new RestoreEnqueuer.Accepted(enqueued, session.id().value());
    }

    /// The job is accepted already, and its arguments name the session: without this note it is
    /// only slower to find.
    private void bind(Session session, Enqueued enqueued) {
        try {
            store.bind(session, enqueued.id());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("session", session.id())
                    .setCause(e)
                    .log("the job of a session could not be noted in its folder");
        }
    }

    private void discard(Session session) {
        try {
            store.remove(session.kind(), session.id());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("session", session.id())
                    .setCause(e)
                    .log("a session without a job could not be removed");
        }
    }
}
