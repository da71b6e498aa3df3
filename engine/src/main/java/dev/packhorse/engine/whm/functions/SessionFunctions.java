package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.session.LogPage;
import dev.packhorse.engine.session.Session;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionKind;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How sessions stand and what their logs say. A log longer than 1 MiB comes as its end, unless the
/// caller pages with `offset`, which is ours.
///
/// Source: whmapi1-protocol section 11.
final class SessionFunctions {
    private static final ParameterSpec OFFSET =
            optional("offset", ParameterSpec.Type.INTEGER, "Read on from this byte, at most 1 MiB")
                    .withRange(0, Long.MAX_VALUE);

    private final SessionJobs sessions;
    private final TransferDesk transfers;

    SessionFunctions(SessionJobs sessions, TransferDesk transfers) {
        this.sessions = sessions;
        this.transfers = transfers;
    }

    List<WhmFunction> functions() {
        ParameterSpec packing =
                required("session_id", ParameterSpec.Type.TEXT, "The packing session's id");
        ParameterSpec transfer =
                required(
                        "transfer_session_id",
                        ParameterSpec.Type.TEXT,
                        "The transfer session's id");
        ParameterSpec logFile =
                required("logfile", ParameterSpec.Type.TEXT, "The log's name, as master.log");
        return List.of(
                function(
                        "get_pkgacct_session_state",
                        "Tells how a packing session stands",
                        this::pkgacctState,
                        packing),
                function(
                        "fetch_pkgacct_master_log",
                        "Shows the log of a packing session",
                        this::pkgacctLog,
                        packing,
                        OFFSET),
                function(
                        "get_transfer_session_state",
                        "Tells how a transfer session stands",
                        this::transferState,
                        transfer),
                function(
                        "fetch_transfer_session_log",
                        "Shows a log of a transfer session",
                        this::transferLog,
                        transfer,
                        logFile,
                        OFFSET),
                function(
                        "packhorse_session_log",
                        "Shows a part of a session's log, and whether more will come",
                        this::anyLog,
                        required("session_id", ParameterSpec.Type.TEXT, "The session's id"),
                        optional("logfile", ParameterSpec.Type.TEXT, "The log's name")
                                .withDefault("master.log"),
                        OFFSET.withDefault("0")));
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(FunctionSpec.of(name, Permission.ROOT, help, parameters), body);
    }

    private Answer pkgacctState(Caller caller, Arguments arguments) throws WhmException {
        Session session =
                sessions.require(SessionKind.PKGACCT, Values.session(arguments, "session_id"));
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put(
                "state",
                switch (stateOf(session)) {
                    case HELD, PENDING, ACTIVE -> "RUNNING";
                    case SUCCEEDED, PARTIAL -> "COMPLETED";
                    case FAILED, CANCELLED -> "FAILED";
                });
        return Answer.ok(data);
    }

    private Answer transferState(Caller caller, Arguments arguments) throws WhmException {
        Session session =
                sessions.require(
                        SessionKind.TRANSFER, Values.session(arguments, "transfer_session_id"));
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        Optional<TransferStanding> ofMany = transfers.standing(session.id());
        if (ofMany.isPresent()) {
            return Answer.ok(data.put("state_name", ofMany.get().name()));
        }
        data.put(
                "state_name",
                switch (stateOf(session)) {
                    case HELD, PENDING -> "RESTORE_PENDING";
                    case ACTIVE -> "RESTORE_INPROGRESS";
                    case SUCCEEDED, PARTIAL -> "COMPLETED";
                    case FAILED -> "FAILED";
                    case CANCELLED -> "ABORTED";
                });
        return Answer.ok(data);
    }

    private Answer pkgacctLog(Caller caller, Arguments arguments) throws WhmException {
        SessionId id = Values.session(arguments, "session_id");
        return log(sessions.require(SessionKind.PKGACCT, id), SessionStore.MASTER_LOG, arguments);
    }

    private Answer transferLog(Caller caller, Arguments arguments) throws WhmException {
        SessionId id = Values.session(arguments, "transfer_session_id");
        // the end of a session of several items is written when somebody looks
        transfers.standing(id);
        return log(
                sessions.require(SessionKind.TRANSFER, id), arguments.text("logfile"), arguments);
    }

    private Answer log(Session session, String name, Arguments arguments) throws WhmException {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        if (arguments.has("offset")) {
            LogPage page = page(session, name, arguments);
            data.put("log", page.text());
            data.put("next_offset", page.nextOffset());
            return Answer.ok(data);
        }
        LogPage page = end(session, name);
        data.put("log", page.text());
        List<String> warnings =
                page.offset() == 0
                        ? List.of()
                        : List.of(
                                "The first "
                                        + page.offset()
                                        + " bytes of the log are left out; ask with “offset” for"
                                        + " them.");
        return new Answer(Optional.of(data), "OK", warnings);
    }

    private Answer anyLog(Caller caller, Arguments arguments) throws WhmException {
        SessionId id = Values.session(arguments, "session_id");
        Session session = anySession(id);
        String name = arguments.text("logfile");
        // The state first: lines written between the two looks come with the next page.
        Optional<JobState> state = state(session);
        boolean ended = state.isEmpty() || !state.get().isOpen();
        LogPage page = page(session, name, arguments);
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("kind", session.kind().word());
        data.put("account", session.account());
        data.put("log", page.text());
        data.put("next_offset", page.nextOffset());
        data.put("size", page.sizeBytes());
        data.put("ended", ended && page.isLast() ? 1 : 0);
        data.put("state", state.map(JobState::name).orElse(""));
        return Answer.ok(data);
    }

    private Optional<JobState> state(Session session) throws WhmException {
        Optional<TransferStanding> ofMany =
                session.kind() == SessionKind.TRANSFER
                        ? transfers.standing(session.id())
                        : Optional.empty();
        return ofMany.isPresent() ? ofMany.map(TransferStanding::asOne) : sessions.stateOf(session);
    }

    private Session anySession(SessionId id) throws WhmException {
        for (SessionKind kind : SessionKind.values()) {
            try {
                Optional<Session> found = sessions.store().find(kind, id);
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (IOException e) {
                throw Text.failed("The session " + id + " cannot be read", e);
            }
        }
        throw Values.noSession(id.value());
    }

    /// An empty page of a log that is not there yet would hide a wrong name, so both are told
    /// apart: the master log belongs to every session.
    private LogPage page(Session session, String name, Arguments arguments) throws WhmException {
        try {
            return existing(
                    name,
                    sessions.store()
                            .read(session.kind(), session.id(), name, arguments.number("offset")),
                    session);
        } catch (IOException e) {
            throw Text.failed("The log cannot be read", e);
        }
    }

    private LogPage end(Session session, String name) throws WhmException {
        try {
            return existing(
                    name, sessions.store().readEnd(session.kind(), session.id(), name), session);
        } catch (IOException e) {
            throw Text.failed("The log cannot be read", e);
        }
    }

    private static LogPage existing(String name, Optional<LogPage> page, Session session)
            throws WhmException {
        if (page.isEmpty() && !name.equals(SessionStore.MASTER_LOG)) {
            throw WhmException.failure(
                    "The session " + session.id() + " has no log " + Text.quoted(name) + ".");
        }
        return page.orElse(new LogPage("", 0, 0, 0));
    }

    private JobState stateOf(Session session) throws WhmException {
        return sessions.stateOf(session)
                .orElseThrow(() ->
                        WhmException.refused(
                                "The job of session "
                                        + session.id()
                                        + " was removed from the queue."));
    }
}
