package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.job.DrillArguments;
import dev.packhorse.engine.job.DrillHandler;
import dev.packhorse.engine.job.VerifyArguments;
import dev.packhorse.engine.job.VerifyHandler;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.DrillRecord;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.ProvenModule;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.verification.VerificationPlan;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What is known of stored archives, what is read next, and restores that are tried.
final class VerifyFunctions {
    private static final ParameterSpec DESTINATION =
            optional(
                    "destid",
                    ParameterSpec.Type.TEXT,
                    "Only this destination, by id or name; “local” is the backup directory");

    private final JobQueue queue;
    private final Catalog catalog;
    private final SessionJobs sessions;
    private final VerifyDesk desk;
    private final RetentionDesk retention;

    /// @param retention knows the names of places
    VerifyFunctions(
            JobQueue queue,
            Catalog catalog,
            SessionJobs sessions,
            VerifyDesk desk,
            RetentionDesk retention) {
        this.queue = queue;
        this.catalog = catalog;
        this.sessions = sessions;
        this.desk = desk;
        this.retention = retention;
    }

    List<WhmFunction> functions() {
        return List.of(
                function(
                        "verify_plan",
                        "Tells how old the proofs of stored archives are, which are damaged, and what is read next; reads nothing",
                        this::plan,
                        DESTINATION),
                function(
                        "verify_start",
                        "Reads stored archives and compares them with the digests they were stored with",
                        this::start,
                        optional(
                                "user",
                                ParameterSpec.Type.ACCOUNT,
                                "Only archives of this account, whatever the budget of the day is"),
                        optional(
                                "restore_point",
                                ParameterSpec.Type.SLOT,
                                "Only those of this date; needs “user”"),
                        DESTINATION,
                        flag("all", false, "All archives, whatever the budget of the day is")),
                function(
                        "drill_start",
                        "Tries the restore of an account in an empty folder, and compares",
                        this::drill,
                        optional(
                                "user",
                                ParameterSpec.Type.ACCOUNT,
                                "This account; else the one whose turn it is")),
                function(
                        "drill_list",
                        "Tells what the restores that were tried have shown",
                        this::drills));
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(
                FunctionSpec.of("packhorse_" + name, Permission.ROOT, help, parameters), body);
    }

    private Answer plan(Caller caller, Arguments arguments) throws WhmException {
        Map<String, List<StoredCopy>> unsound = new LinkedHashMap<>();
        catalog.forEachCopy(copy -> {
            if (!copy.isSound() && desk.planner().ours().test(copy.point())) {
                unsound.computeIfAbsent(
                                copy.point().destination().value(),
                                _ -> new java.util.ArrayList<>())
                        .add(copy);
            }
        });
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("destinations");
        for (Map.Entry<DestinationId, String> place : places(arguments).entrySet()) {
            ObjectNode node = list.addObject();
            node.put("destid", place.getKey().value());
            node.put("name", place.getValue());
            node.put("daily", desk.daily().test(place.getKey()) ? 1 : 0);
            write(node, desk.planner().plan(place.getKey()));
            ArrayNode bad = node.putArray("damaged");
            unsound.getOrDefault(place.getKey().value(), List.of())
                    .forEach(copy -> write(bad.addObject(), copy));
        }
        return Answer.ok(data);
    }

    private static void write(ObjectNode node, VerificationPlan plan) {
        node.put("copies", plan.storedCopies());
        node.put("bytes", plan.storedBytes());
        node.put("bytes_today", plan.bytes());
        node.put("bytes_needed", plan.neededBytes());
        node.put("days_for_all", plan.daysForAll());
        node.put("behind", plan.isBehind() ? 1 : 0);
        ArrayNode next = node.putArray("next");
        plan.copies().forEach(copy -> write(next.addObject(), copy));
    }

    private static void write(ObjectNode node, StoredCopy copy) {
        node.put("user", copy.point().account().value());
        node.put("date", copy.point().slot().toString());
        node.put("archive", copy.point().archive().value());
        node.put("size", copy.point().sizeBytes());
        node.put("proven", copy.provenAt().getEpochSecond());
        node.put(
                "verdict",
                copy.proof()
                        .map(each -> each.verdict().name().toLowerCase(Locale.ROOT))
                        .orElse("stored"));
        node.put("finding", copy.proof().map(Proof::finding).orElse(""));
    }

    private Answer start(Caller caller, Arguments arguments) throws WhmException {
        String user = arguments.find("user").orElse("");
        String date = arguments.find("restore_point").orElse("");
        if (!date.isEmpty() && user.isEmpty()) {
            throw WhmException.failure("“restore_point” needs the “user” whose it is.");
        }
        if (arguments.flag("all") && !user.isEmpty()) {
            throw WhmException.failure("Provide “user” or “all”, not both.");
        }
        if (!user.isEmpty()) {
            requireCopies(new AccountName(user), date);
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode jobs = data.putArray("jobs");
        for (Map.Entry<DestinationId, String> place : wanted(arguments, user).entrySet()) {
            String id = place.getKey().value();
            RestoreEnqueuer.Accepted accepted =
                    sessions.withPkgacct(
                            VerifyHandler.SESSION,
                            session ->
                                    queue.enqueue(
                                            desk.requests()
                                                    .request(
                                                            new VerifyArguments(
                                                                    id,
                                                                    user,
                                                                    date,
                                                                    arguments.flag("all"),
                                                                    session),
                                                            place.getValue(),
                                                            caller.user())
                                                    .withPriority(JobRequest.Priority.MANUAL)));
            write(jobs.addObject().put("destid", id).put("name", place.getValue()), accepted);
        }
        return Answer.ok(data);
    }

    private static void write(ObjectNode node, RestoreEnqueuer.Accepted accepted) {
        node.put("job", accepted.enqueued().id().value())
                .put("added", accepted.enqueued().added() ? 1 : 0)
                .put("session_id", accepted.session());
    }

    private void requireCopies(AccountName user, String date) throws WhmException {
        boolean none =
                catalog.copiesOf(user).stream()
                        .noneMatch(copy ->
                                date.isEmpty()
                                        || copy.point().slot().isMeantBy(SlotName.parse(date)));
        if (none) {
            throw WhmException.failure(
                    "There is no stored archive of "
                            + Text.quoted(user.value())
                            + (date.isEmpty() ? "" : " of " + date)
                            + ".");
        }
    }

    /// Where nothing is named, what costs nothing: the places that are read by the day anyway.
    private Map<DestinationId, String> wanted(Arguments arguments, String user)
            throws WhmException {
        Map<DestinationId, String> places = new LinkedHashMap<>(places(arguments));
        if (!arguments.has("destid") && user.isEmpty()) {
            places.keySet().removeIf(place -> !place.isLocal() && !desk.daily().test(place));
        }
        return places;
    }

    private Map<DestinationId, String> places(Arguments arguments) throws WhmException {
        Map<DestinationId, String> all;
        try {
            all = retention.planner().places();
        } catch (IOException e) {
            throw Text.failed("The backup destinations cannot be read", e);
        }
        Optional<String> wanted = arguments.find("destid");
        return wanted.isEmpty() ? all : PruneFunctions.only(all, wanted.get());
    }

    private Answer drill(Caller caller, Arguments arguments) throws WhmException {
        String user = arguments.find("user").orElse("");
        if (!user.isEmpty() && catalog.ofAccount(new AccountName(user)).isEmpty()) {
            throw WhmException.failure(
                    "There is no good backup of " + Text.quoted(user) + " to be tried.");
        }
        RestoreEnqueuer.Accepted accepted =
                sessions.withPkgacct(
                        DrillHandler.SESSION,
                        session ->
                                queue.enqueue(
                                        desk.drillRequests()
                                                .request(
                                                        new DrillArguments(user, 1, session),
                                                        caller.user())
                                                .withPriority(JobRequest.Priority.MANUAL)));
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        write(data, accepted);
        return Answer.ok(data);
    }

    private Answer drills(Caller caller, Arguments arguments) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("drills");
        for (DrillRecord drill : desk.drills().all()) {
            ObjectNode node = list.addObject();
            node.put("user", drill.account().value());
            node.put("tried", drill.at().getEpochSecond());
            drill.provenAt().ifPresent(at -> node.put("proven", at.getEpochSecond()));
            node.put("destid", drill.destination().value());
            node.put("archive", drill.archive());
            node.put("seconds", drill.seconds());
            node.put("compared", drill.compared());
            node.put("difference", drill.difference());
            addModules(node.putArray("modules"), drill.modules());
        }
        return Answer.ok(data);
    }

    private static void addModules(ArrayNode list, List<ProvenModule> modules) {
        for (ProvenModule module : modules) {
            ObjectNode node = list.addObject();
            node.put("module", module.name());
            node.put("members", module.members());
            ObjectNode counts = node.putObject("counts");
            module.counts().forEach(counts::put);
        }
    }
}
