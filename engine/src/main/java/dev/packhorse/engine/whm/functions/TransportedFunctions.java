package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.UploadArguments;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.SlotName;
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
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What was sent to destinations, and how uploads stand.
///
/// Source: whmapi1-protocol section 9 and 11.7, functions.json.
final class TransportedFunctions {
    private static final int PAGE = 1_000;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final Map<String, Set<JobState>> STATES =
            Map.of(
                    "pending", Set.of(JobState.HELD, JobState.PENDING),
                    "running", Set.of(JobState.ACTIVE),
                    "completed", Set.of(JobState.SUCCEEDED, JobState.PARTIAL),
                    "failed", Set.of(JobState.FAILED, JobState.CANCELLED));

    private final JobQueue queue;
    private final Catalog catalog;
    private final Destinations destinations;
    private final Accounts accounts;

    TransportedFunctions(
            JobQueue queue, Catalog catalog, Destinations destinations, Accounts accounts) {
        this.queue = queue;
        this.catalog = catalog;
        this.destinations = destinations;
        this.accounts = accounts;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "backup_list_transported",
                                Permission.ROOT,
                                "Lists the dates of each user's archives at destinations",
                                optional(
                                        "transport",
                                        ParameterSpec.Type.TEXT,
                                        "Only the destination of this id")),
                        this::transported),
                new WhmFunction(
                        FunctionSpec.of(
                                "backup_get_transport_status",
                                Permission.ROOT,
                                "Lists uploads, open ones first, a thousand a page",
                                optional("state", ParameterSpec.Type.TEXT, "Only this state")
                                        .oneOf("completed", "failed", "pending", "running"),
                                optional(
                                        "transport_id",
                                        ParameterSpec.Type.TEXT,
                                        "Only to the destination of this id"),
                                optional(
                                        "transport_name",
                                        ParameterSpec.Type.TEXT,
                                        "Only to the destination of this name"),
                                optional(
                                                "page",
                                                ParameterSpec.Type.INTEGER,
                                                "Which page, counted from 1")
                                        .withRange(1, 1_000)
                                        .withDefault("1")),
                        this::status));
    }

    private Answer transported(Caller caller, Arguments arguments) throws WhmException {
        Optional<DestinationId> wanted = Optional.empty();
        if (arguments.has("transport")) {
            wanted = Optional.of(Values.destination(arguments, "transport"));
            if (wanted.get().isLocal()) {
                throw Values.noDestination(wanted.get().value());
            }
            destinations.require(wanted.get());
        }
        Set<DestinationId> shown = wanted.map(Set::of).orElse(destinations.known());
        Predicate<String> visible = accounts.namesVisibleTo(caller);
        SortedMap<String, SortedMap<String, SortedSet<LocalDate>>> found = new TreeMap<>();
        catalog.forEach(point -> {
            if (!point.destination().isLocal()
                    && shown.contains(point.destination())
                    && visible.test(point.account().value())) {
                found.computeIfAbsent(point.destination().value(), _ -> new TreeMap<>())
                        .computeIfAbsent(point.account().value(), _ -> new TreeSet<>())
                        .add(point.date());
            }
        });
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ObjectNode remote = data.putObject("remote_backups");
        found.forEach((destination, users) -> {
            ObjectNode node = remote.putObject(destination);
            users.forEach((user, dates) -> {
                ArrayNode list = node.putArray(user);
                dates.forEach(date -> list.add(midnight(date)));
            });
        });
        return Answer.ok(data);
    }

    private Answer status(Caller caller, Arguments arguments) throws WhmException {
        Map<String, String> names = new HashMap<>();
        for (Destination destination : destinations.contents().destinations()) {
            names.put(destination.id().value(), destination.name());
        }
        Optional<String> id = arguments.find("transport_id");
        Optional<String> name = arguments.find("transport_name");
        Predicate<String> visible = accounts.namesVisibleTo(caller);
        Set<JobState> states = arguments.find("state").map(STATES::get).orElse(Set.of());
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("pages", 0);
        ArrayNode list = data.putArray("transport_status");
        long first = (arguments.number("page") - 1) * PAGE;
        long[] matching = {0};
        queue.forEach(
                JobFilter.of(Set.of(JobKind.UPLOAD), states),
                job -> {
                    UploadArguments upload =
                            JobJson.read(job.request().arguments(), UploadArguments.class);
                    String called = names.getOrDefault(upload.destination(), upload.destination());
                    if (!visible.test(upload.account())
                            || !id.map(upload.destination()::equals).orElse(true)
                            || !name.map(called::equalsIgnoreCase).orElse(true)) {
                        return;
                    }
                    long index = matching[0]++;
                    if (index >= first && index < first + PAGE) {
                        list.add(view(job, upload, called));
                    }
                });
        data.put("pages", (matching[0] + PAGE - 1) / PAGE);
        return Answer.ok(data);
    }

    private static ObjectNode view(Job job, UploadArguments upload, String transport) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("user", upload.account());
        node.put("transport", transport);
        node.put("date", midnight(SlotName.parse(upload.date()).date()));
        node.put("status", word(job.state()));
        node.put("start_timestamp", time(job.startedAt()));
        node.put("end_timestamp", time(job.finishedAt()));
        node.put("attempts", job.attempts());
        if (!job.reason().isEmpty()) {
            node.put("reason", job.reason());
        }
        return node;
    }

    private static String word(JobState state) {
        return switch (state) {
            case HELD, PENDING -> "pending";
            case ACTIVE -> "running";
            case SUCCEEDED, PARTIAL -> "completed";
            case FAILED, CANCELLED -> "failed";
        };
    }

    private static String midnight(LocalDate date) {
        return TIME.format(date.atStartOfDay(ZoneOffset.UTC));
    }

    /// Empty while there is no such time.
    private static String time(Optional<Instant> instant) {
        return instant.map(TIME::format).orElse("");
    }
}
