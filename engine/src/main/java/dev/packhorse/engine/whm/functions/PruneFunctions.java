package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.job.PruneArguments;
import dev.packhorse.engine.job.PruneHandler;
import dev.packhorse.engine.job.PrunePlan;
import dev.packhorse.engine.job.PrunePlanner;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.retention.Decision;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What pruning would remove and why, and its start.
final class PruneFunctions {
    private static final ParameterSpec USER =
            optional("user", ParameterSpec.Type.ACCOUNT, "Only this account");
    private static final ParameterSpec DESTINATION =
            optional(
                    "destid",
                    ParameterSpec.Type.TEXT,
                    "Only this destination, by id or name; “local” is the backup directory");

    private final JobQueue queue;
    private final SessionJobs sessions;
    private final RetentionDesk desk;

    PruneFunctions(JobQueue queue, SessionJobs sessions, RetentionDesk desk) {
        this.queue = queue;
        this.sessions = sessions;
        this.desk = desk;
    }

    List<WhmFunction> functions() {
        return List.of(
                function(
                        "prune_plan",
                        "Tells what pruning would remove and why, and what stops it; removes nothing",
                        this::plan,
                        USER,
                        DESTINATION,
                        flag("kept", false, "List the restore points that stay, too")),
                function(
                        "prune_start",
                        "Removes the restore points that no rule keeps",
                        this::start,
                        USER,
                        DESTINATION,
                        flag(
                                "confirm",
                                false,
                                "The clock is right and the plan is wanted, although a brake stopped it"),
                        flag(
                                "force",
                                false,
                                "The last copy of “user” may go, too, where no rule keeps it"),
                        flag(
                                "forget_missing",
                                false,
                                "Drop restore points of “destid” whose archives are lost")));
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(
                FunctionSpec.of("packhorse_" + name, Permission.ROOT, help, parameters), body);
    }

    private Answer plan(Caller caller, Arguments arguments) throws WhmException {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("today", desk.planner().guard().today().toString());
        ArrayNode list = data.putArray("destinations");
        try {
            for (DestinationId id : places(arguments).keySet()) {
                PrunePlan plan =
                        desk.planner()
                                .plan(
                                        new PrunePlanner.Wanted(
                                                id, user(arguments), Optional.empty(), false));
                write(list.addObject(), plan, arguments.flag("kept"));
            }
        } catch (IOException e) {
            throw Text.failed("No plan can be made", e);
        }
        return Answer.ok(data);
    }

    private static Optional<AccountName> user(Arguments arguments) {
        return arguments.find("user").map(AccountName::new);
    }

    private void write(ObjectNode node, PrunePlan plan, boolean withKept) throws IOException {
        List<Decision> removals = plan.removals();
        node.put("destid", plan.destination().value());
        node.put("name", plan.name());
        node.put("keep", plan.decisions().size() - removals.size());
        node.put("remove", removals.size());
        node.put(
                "remove_bytes",
                removals.stream().mapToLong(each -> each.point().sizeBytes()).sum());
        ArrayNode brakes = node.putArray("brakes");
        plan.brakes().forEach(brakes::add);
        node.put("stopped", desk.planner().record().stopped(plan.destination()).orElse(""));
        ArrayNode points = node.putArray("points");
        for (Decision decision : withKept ? plan.decisions() : removals) {
            write(points.addObject(), decision);
        }
    }

    private static void write(ObjectNode node, Decision decision) {
        node.put("user", decision.point().account().value());
        node.put("date", decision.point().slot().toString());
        node.put("tier", decision.point().tier().word());
        node.put("archive", decision.point().archive().value());
        node.put("size", decision.point().sizeBytes());
        node.put("keep", decision.keep() ? 1 : 0);
        ArrayNode reasons = node.putArray("reasons");
        decision.reasons().forEach(reasons::add);
    }

    private Answer start(Caller caller, Arguments arguments) throws WhmException {
        if (arguments.flag("force") && !arguments.has("user")) {
            throw WhmException.failure("“force” needs the “user” whose last copy may go.");
        }
        if (arguments.flag("forget_missing") && !arguments.has("destid")) {
            throw WhmException.failure("“forget_missing” needs the “destid” that lost archives.");
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode jobs = data.putArray("jobs");
        for (Map.Entry<DestinationId, String> place : places(arguments).entrySet()) {
            RestoreEnqueuer.Accepted accepted =
                    enqueue(caller, arguments, place.getKey(), place.getValue());
            jobs.addObject()
                    .put("destid", place.getKey().value())
                    .put("name", place.getValue())
                    .put("job", accepted.enqueued().id().value())
                    .put("added", accepted.enqueued().added() ? 1 : 0)
                    .put("session_id", accepted.session());
        }
        return Answer.ok(data);
    }

    /// On a disk that is full no session can be made, and then most of all pruning must start.
    private RestoreEnqueuer.Accepted enqueue(
            Caller caller, Arguments arguments, DestinationId id, String name) {
        try {
            return sessions.withPkgacct(
                    PruneHandler.SESSION,
                    session -> queue.enqueue(request(caller, arguments, id, name, session)));
        } catch (WhmException _) {
            Enqueued enqueued = queue.enqueue(request(caller, arguments, id, name, ""));
            return new RestoreEnqueuer.Accepted(enqueued, "");
        }
    }

    private JobRequest request(
            Caller caller, Arguments arguments, DestinationId id, String name, String session) {
        PruneArguments wanted =
                new PruneArguments(
                        id.value(),
                        arguments.find("user").orElse(""),
                        arguments.flag("confirm"),
                        arguments.flag("force"),
                        arguments.flag("forget_missing"),
                        "",
                        session);
        return desk.requests()
                .request(wanted, name, caller.user())
                .withPriority(JobRequest.Priority.MANUAL);
    }

    /// The places that a call means.
    private Map<DestinationId, String> places(Arguments arguments) throws WhmException {
        Map<DestinationId, String> all;
        try {
            all = desk.planner().places();
        } catch (IOException e) {
            throw Text.failed("The backup destinations cannot be read", e);
        }
        Optional<String> wanted = arguments.find("destid");
        return wanted.isEmpty() ? all : only(all, wanted.get());
    }

    /// The place of an id or a name.
    static Map<DestinationId, String> only(Map<DestinationId, String> all, String wanted)
            throws WhmException {
        Map<DestinationId, String> found = new LinkedHashMap<>();
        all.forEach((id, name) -> {
            if (id.value().equals(wanted) || name.equalsIgnoreCase(wanted)) {
                found.put(id, name);
            }
        });
        if (found.isEmpty()) {
            throw Values.noDestination(wanted);
        }
        return found;
    }
}
