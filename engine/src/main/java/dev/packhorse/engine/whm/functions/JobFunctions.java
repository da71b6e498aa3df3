package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The job queue as our own command line sees it.
final class JobFunctions {
    private static final ParameterSpec ID = required("id", ParameterSpec.Type.TEXT, "The job's id");
    private static final int LONGEST_LIST = 10_000;

    private final JobQueue queue;
    private final SessionJobs sessions;
    private final Accounts accounts;
    private final ServerInfo server;

    JobFunctions(JobQueue queue, SessionJobs sessions, Accounts accounts, ServerInfo server) {
        this.queue = queue;
        this.sessions = sessions;
        this.accounts = accounts;
        this.server = server;
    }

    List<WhmFunction> functions() {
        return List.of(
                function(
                        "status",
                        "Shows how backups stand, counts the jobs and shows what is paused",
                        this::status),
                function(
                        "job_list",
                        "Lists jobs, open ones first",
                        this::list,
                        kind("Only this kind"),
                        optional(
                                        "state",
                                        ParameterSpec.Type.CHOICE,
                                        "Only this state; “open” is any that waits or runs")
                                .oneOf(states()),
                        optional("user", ParameterSpec.Type.TEXT, "Only jobs about this account"),
                        optional("limit", ParameterSpec.Type.INTEGER, "At most so many")
                                .withDefault("1000")),
                function("job_get", "Shows one job", this::get, ID),
                function("job_cancel", "Asks for the end of a job", this::cancel, ID),
                function("job_retry", "Lets a job that ended badly run again", this::retry, ID),
                function(
                        "job_remove",
                        "Removes a job that ended, or cancels and removes one that waits",
                        this::remove,
                        ID),
                function(
                        "queue_pause",
                        "Pauses or resumes the start of this server's jobs; those that run go on",
                        this::pause,
                        kind("Only this kind, else all; notifications are paused only by name"),
                        flag("paused", true, "1 pauses, 0 resumes")));
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(
                FunctionSpec.of("packhorse_" + name, Permission.ROOT, help, parameters), body);
    }

    private static ParameterSpec kind(String help) {
        return optional("kind", ParameterSpec.Type.CHOICE, help)
                .oneOf(
                        Arrays.stream(JobKind.values())
                                .map(JobFunctions::word)
                                .toArray(String[]::new));
    }

    private static String[] states() {
        return Stream.concat(
                        Stream.of("open"), Arrays.stream(JobState.values()).map(JobFunctions::word))
                .toArray(String[]::new);
    }

    private Answer status(Caller caller, Arguments arguments) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("version", server.programVersion());
        data.put("node", server.node());
        data.put("hostname", server.hostname());
        data.put("time", queue.now().getEpochSecond());
        ObjectNode jobs = data.putObject("jobs");
        for (JobKind kind : JobKind.values()) {
            ObjectNode counts = jobs.putObject(word(kind));
            for (JobState state : JobState.values()) {
                counts.put(
                        word(state),
                        queue.count(JobFilter.of(Set.of(kind), Set.of(state)).ofAllServers()));
            }
        }
        ObjectNode facts = data.putObject("server");
        server.facts().get().forEach(facts::put);
        ArrayNode paused = data.putArray("paused");
        queue.paused().stream().map(JobFunctions::word).sorted().forEach(paused::add);
        data.set("standing", server.standing().get());
        return Answer.ok(data);
    }

    private Answer list(Caller caller, Arguments arguments) throws WhmException {
        int limit = Math.clamp(arguments.number("limit"), 1, LONGEST_LIST);
        JobFilter filter =
                new JobFilter(
                                arguments.find("kind").map(JobFunctions::kinds).orElse(Set.of()),
                                arguments.find("state").map(JobFunctions::states).orElse(Set.of()),
                                Optional.empty(),
                                arguments.find("user"),
                                limit)
                        .ofAllServers();
        Predicate<String> visible = accounts.namesVisibleTo(caller);
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("jobs");
        queue.forEach(
                filter,
                job -> {
                    if (visible.test(job.request().subject())) {
                        list.add(JobView.of(job));
                    }
                });
        return Answer.ok(data);
    }

    private Answer get(Caller caller, Arguments arguments) throws WhmException {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.set("job", JobView.of(require(arguments)));
        return Answer.ok(data);
    }

    private Answer cancel(Caller caller, Arguments arguments) throws WhmException {
        JobId id = require(arguments).id();
        if (!queue.requestCancel(id, caller.user())) {
            throw WhmException.refused("The job " + id + " has ended already.");
        }
        return Answer.ok();
    }

    private Answer retry(Caller caller, Arguments arguments) throws WhmException {
        JobId id = require(arguments).id();
        if (!queue.retry(id, caller.user())) {
            throw WhmException.refused(
                    "The job " + id + " did not end badly, so there is nothing to run again.");
        }
        return Answer.ok();
    }

    private Answer remove(Caller caller, Arguments arguments) throws WhmException {
        Job job = require(arguments);
        if (queue.remove(Set.of(job.id()), caller.user()) == 0) {
            throw WhmException.refused("The job " + job.id() + " runs; cancel it first.");
        }
        sessions.noteEnds(List.of(job), 1);
        return Answer.ok();
    }

    private Answer pause(Caller caller, Arguments arguments) {
        Set<JobKind> all =
                arguments.flag("paused")
                        ? EnumSet.complementOf(EnumSet.of(JobKind.NOTIFY))
                        : EnumSet.allOf(JobKind.class);
        Set<JobKind> kinds = arguments.find("kind").map(JobFunctions::kinds).orElse(all);
        for (JobKind kind : kinds) {
            queue.setPaused(kind, arguments.flag("paused"), caller.user());
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode paused = data.putArray("paused");
        new TreeSet<>(queue.paused()).forEach(kind -> paused.add(word(kind)));
        return Answer.ok(data);
    }

    private Job require(Arguments arguments) throws WhmException {
        JobId id = Values.job(arguments, "id");
        return queue.find(id).orElseThrow(() -> Values.noJob(id.value()));
    }

    private static Set<JobKind> kinds(String word) {
        return Set.of(JobKind.valueOf(word.toUpperCase(Locale.ROOT)));
    }

    private static Set<JobState> states(String word) {
        return word.equals("open")
                ? Set.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE)
                : Set.of(JobState.valueOf(word.toUpperCase(Locale.ROOT)));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
