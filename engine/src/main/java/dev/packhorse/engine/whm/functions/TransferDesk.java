package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.TransferSessions;
import dev.packhorse.engine.session.TransferTerms;
import dev.packhorse.engine.session.TransferTerms.Phase;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Transfer sessions of several items. An item is a held RESTORE job that names the session; a
/// start releases the jobs, a pause holds back those that no worker has taken, an abort cancels
/// them all. Safe for many threads.
///
/// What was asked of a session is written down before it is done: a session that a crash caught in
/// between stands as asked, and asking again does the rest.
final class TransferDesk {
    /// How many items a session may have.
    static final int MOST_ITEMS = 10_000;

    private final TransferSessions sessions;
    private final JobQueue queue;
    private final ServerInfo server;
    private final ReentrantLock changing = new ReentrantLock();

    TransferDesk(TransferSessions sessions, JobQueue queue, ServerInfo server) {
        this.sessions = sessions;
        this.queue = queue;
        this.server = server;
    }

    /// A new session without items.
    SessionId create(boolean vouched) throws WhmException {
        try {
            return sessions.create("localcopy", new TransferTerms(vouched, Phase.OPEN));
        } catch (IOException e) {
            throw Text.failed("A transfer session cannot be made", e);
        }
    }

    /// What a session was made for; empty if it is a restore of one account, or unknown.
    Optional<TransferTerms> terms(SessionId id) throws WhmException {
        try {
            return sessions.terms(id);
        } catch (IOException e) {
            throw Text.failed("The session " + id + " cannot be read", e);
        }
    }

    /// How a session stands; one that is over has its end in its log from now on.
    Optional<TransferStanding> standing(SessionId id) throws WhmException {
        Optional<TransferTerms> terms = terms(id);
        if (terms.isEmpty()) {
            return Optional.empty();
        }
        TransferStanding standing = standing(id, terms.get());
        if (standing.isOver()) {
            log(() -> sessions.logEnd(id));
        }
        return Optional.of(standing);
    }

    /// Adds an item.
    ///
    /// @throws WhmException if there is no such session, it takes none any more, or has this one
    void add(SessionId id, String by, RestoreArguments arguments) throws WhmException {
        changing.lock();
        try {
            TransferStanding standing = require(id);
            if (standing.terms().phase() == Phase.ABORTED || standing.isOver()) {
                throw WhmException.refused(
                        "The session " + id + " has ended and takes no more items.");
            }
            if (standing.size() >= MOST_ITEMS) {
                throw WhmException.refused(
                        "The session "
                                + id
                                + " has "
                                + MOST_ITEMS
                                + " items already; make another one.");
            }
            String account = arguments.account();
            Enqueued enqueued =
                    queue.enqueue(
                            JobRequest.of(
                                            JobKind.RESTORE,
                                            account,
                                            by,
                                            JobJson.write(arguments.withSession(id.value())))
                                    .asHeld()
                                    .withPriority(JobRequest.Priority.RESTORE)
                                    .withUniqueKey("transfer:" + id + ":" + account)
                                    .withExclusiveKey("account:" + account)
                                    .onNode(server.node()));
            if (!enqueued.added()) {
                throw WhmException.refused(
                        "The session " + id + " has " + Text.quoted(account) + " already.");
            }
        } finally {
            changing.unlock();
        }
    }

    /// Lets the items that wait be restored.
    void start(SessionId id, String by) throws WhmException {
        changing.lock();
        try {
            TransferStanding standing = require(id);
            Phase before = standing.terms().phase();
            refuseIfOver(id, standing);
            if (standing.size() == 0) {
                throw WhmException.refused(
                        "The session "
                                + id
                                + " has no items; add some with enqueue_transfer_item.");
            }
            put(id, standing.terms().in(Phase.STARTED));
            if (before == Phase.OPEN) {
                log(() -> sessions.logStart(id, standing.size()));
            } else if (before == Phase.PAUSED) {
                log(() -> sessions.log(id, "resume"));
            }
            queue.activate(standing.in(JobState.HELD), by);
        } finally {
            changing.unlock();
        }
    }

    /// Holds back the items that have not begun.
    void pause(SessionId id, String by) throws WhmException {
        changing.lock();
        try {
            TransferStanding standing = require(id);
            refuseIfOver(id, standing);
            if (standing.terms().phase() == Phase.OPEN) {
                throw WhmException.refused("The session " + id + " was not started.");
            }
            put(id, standing.terms().in(Phase.PAUSED));
            queue.hold(standing.in(JobState.PENDING), by);
            if (standing.terms().phase() != Phase.PAUSED) {
                log(() -> sessions.log(id, "pause"));
            }
        } finally {
            changing.unlock();
        }
    }

    /// Ends the session; what was restored stays.
    void abort(SessionId id, String by) throws WhmException {
        changing.lock();
        try {
            TransferStanding standing = require(id);
            boolean again = standing.terms().phase() == Phase.ABORTED;
            if (!again) {
                refuseIfOver(id, standing);
                put(id, standing.terms().in(Phase.ABORTED));
                log(() -> sessions.log(id, "abort"));
            }
            for (JobId job : standing.in(JobState.HELD, JobState.PENDING, JobState.ACTIVE)) {
                queue.requestCancel(job, by);
            }
        } finally {
            changing.unlock();
        }
        standing(id);
    }

    private static void refuseIfOver(SessionId id, TransferStanding standing) throws WhmException {
        if (standing.terms().phase() == Phase.ABORTED || standing.isOver()) {
            throw WhmException.refused(
                    "The session " + id + " has ended: " + standing.name() + ".");
        }
    }

    private TransferStanding require(SessionId id) throws WhmException {
        Optional<TransferTerms> terms = terms(id);
        if (terms.isEmpty()) {
            throw WhmException.failure(
                    "There is no session "
                            + Text.quoted(id.value())
                            + " that takes items; make one with create_remote_root_transfer_session.");
        }
        return standing(id, terms.get());
    }

    private TransferStanding standing(SessionId id, TransferTerms terms) throws WhmException {
        Map<JobState, Set<JobId>> items = new EnumMap<>(JobState.class);
        queue.forEach(
                JobFilter.of(Set.of(JobKind.RESTORE), Set.of()),
                job -> {
                    // read only those that can be: parsing every restore of a year would be slow
                    boolean mentions = job.request().arguments().contains(id.value());
                    if (mentions && SessionJobs.sessionOf(job).equals(id.value())) {
                        items.computeIfAbsent(job.state(), _ -> new HashSet<>()).add(job.id());
                    }
                });
        return new TransferStanding(terms, items, removed(id));
    }

    private Optional<JobState> removed(SessionId id) throws WhmException {
        try {
            return SessionJobs.noted(sessions.end(id));
        } catch (IOException e) {
            throw Text.failed("The session " + id + " cannot be read", e);
        }
    }

    private void put(SessionId id, TransferTerms terms) throws WhmException {
        try {
            sessions.put(id, terms);
        } catch (IOException e) {
            throw Text.failed("The session " + id + " cannot be changed", e);
        }
    }

    /// Something that writes to a session's log.
    private interface Line {
        void write() throws IOException;
    }

    private static void log(Line line) throws WhmException {
        try {
            line.write();
        } catch (IOException e) {
            throw Text.failed("The session's log cannot be written", e);
        }
    }
}
