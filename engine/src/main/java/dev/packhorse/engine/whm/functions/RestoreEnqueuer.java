package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.whm.WhmException;

/// Hands restores to the queue, each with a transfer session of its own.
final class RestoreEnqueuer {
    private final JobQueue queue;
    private final SessionJobs sessions;
    private final ServerInfo server;

    RestoreEnqueuer(JobQueue queue, SessionJobs sessions, ServerInfo server) {
        this.queue = queue;
        this.sessions = sessions;
        this.server = server;
    }

    /// What a restore is asked for, besides its arguments.
    ///
    /// @param by who asks
    /// @param prefix the beginning of the session's id
    /// @param uniqueKey what may be asked only once while it is open
    /// @param held whether it waits for an activation
    /// @param last whether it waits until the other restores are over
    record Wanted(String by, String prefix, String uniqueKey, boolean held, boolean last) {
        /// One that waits for no others.
        Wanted(String by, String prefix, String uniqueKey, boolean held) {
            this(by, prefix, uniqueKey, held, false);
        }
    }

    /// A job that is in the queue for good.
    ///
    /// @param enqueued the queue's answer; not added if the same was open already
    /// @param session the transfer session, empty if it was not added
    record Accepted(Enqueued enqueued, String session) {}

    /// Adds the job, unless the same is open.
    ///
    /// @param arguments the arguments; their session is replaced
    /// @throws WhmException if the session's folder cannot be made
    Accepted enqueue(Wanted wanted, RestoreArguments arguments) throws WhmException {
        return sessions.withTransfer(
                wanted.prefix(),
                arguments.account(),
                session -> queue.enqueue(request(wanted, arguments.withSession(session))));
    }

    private JobRequest request(Wanted wanted, RestoreArguments arguments) {
        String account = arguments.account();
        JobRequest request =
                JobRequest.of(JobKind.RESTORE, account, wanted.by(), JobJson.write(arguments))
                        .withPriority(
                                wanted.last()
                                        ? JobRequest.Priority.LAST_RESTORE
                                        : JobRequest.Priority.RESTORE)
                        .withUniqueKey(wanted.uniqueKey())
                        .withExclusiveKey("account:" + account)
                        .onNode(server.node());
        return wanted.held() ? request.asHeld() : request;
    }
}
