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
import dev.packhorse.engine.session.TransferSessions;
import dev.packhorse.engine.session.TransferTerms;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Sessions and the jobs that do their work. The queue alone knows how a session stands.
final class SessionJobs {
    private static final Logger LOG = LoggerFactory.getLogger(SessionJobs.class);
    private static final Set<JobKind> PACKING = Set.of(JobKind.PKGACCT, JobKind.BACKUP);
    private static final Set<JobKind> RESTORING = Set.of(JobKind.RESTORE);

    /// How jobs end. One that failed makes the whole a failure: nobody should have to look for it.
    private static final List<JobState> FROM_BEST =
            List.of(JobState.SUCCEEDED, JobState.PARTIAL, JobState.CANCELLED, JobState.FAILED);

    private final SessionStore store;
    private final JobQueue queue;
    private final ReentrantLock noting = new ReentrantLock();

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

    /// The state of which a session's folder keeps the name.
    static Optional<JobState> noted(String end) {
        return Arrays.stream(JobState.values()).filter(state -> state.name().equals(end)).findAny();
    }

    /// Keeps in mind how jobs stood that are no longer in the queue: clearing a list of tasks must
    /// not make failures of the sessions that others still ask for, nor successes. Each session is
    /// written once, however many of its jobs went.
    ///
    /// @param asked the jobs that were to be removed, as they were
    /// @param removed how many of them the queue removed
    void noteEnds(Collection<Job> asked, int removed) {
        Map<Owner, Set<JobState>> ends = new LinkedHashMap<>();
        for (Job job : asked) {
            String session = sessionOf(job);
            boolean gone = removed == asked.size() || queue.find(job.id()).isEmpty();
            if (gone && SessionId.isValid(session)) {
                SessionKind kind =
                        RESTORING.contains(job.request().kind())
                                ? SessionKind.TRANSFER
                                : SessionKind.PKGACCT;
                ends.computeIfAbsent(
                                new Owner(kind, new SessionId(session)),
                                _ -> EnumSet.noneOf(JobState.class))
                        .add(job.state());
            }
        }
        noting.lock();
        try {
            ends.forEach(this::noteEnd);
        } finally {
            noting.unlock();
        }
    }

    /// The session of a job.
    private record Owner(SessionKind kind, SessionId id) {}

    private void noteEnd(Owner owner, Set<JobState> states) {
        try {
            Optional<Session> session = store.find(owner.kind(), owner.id());
            if (session.isEmpty()) {
                return;
            }
            Optional<JobState> before = noted(session.get().end());
            boolean gathers = gathers(owner);
            Optional<JobState> worst =
                    Stream.concat(
                                    before.stream(),
                                    states.stream()
                                            // What is taken back before the start never was.
                                            .filter(state -> !(gathers && state.isOpen()))
                                            // What waited was called off with its removal.
                                            .map(state ->
                                                    state.isOpen() ? JobState.CANCELLED : state))
                            .max(Comparator.comparingInt(FROM_BEST::indexOf));
            if (worst.isPresent() && !worst.equals(before)) {
                store.noteEnd(session.get(), worst.get().name());
            }
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("session", owner.id())
                    .setCause(e)
                    .log("the end of a session could not be noted in its folder");
        }
    }

    /// Whether it is a session of several items that was not started yet.
    private boolean gathers(Owner owner) throws IOException {
        return owner.kind() == SessionKind.TRANSFER
                && new TransferSessions(store)
                        .terms(owner.id())
                        .filter(terms -> terms.phase() == TransferTerms.Phase.OPEN)
                        .isPresent();
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
