package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.job.AdoptArguments;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A whole server out of one destination: what lies there is taken up into the catalog, then the
/// newest restore point of every account is restored.
final class RecoverFunctions {
    private static final ParameterSpec DESTINATION =
            required("destid", ParameterSpec.Type.TEXT, "The destination's id");

    private final JobQueue queue;
    private final RestoreEnqueuer enqueuer;
    private final Catalog catalog;
    private final Accounts accounts;
    private final Destinations destinations;
    private final ServerInfo server;

    RecoverFunctions(
            JobQueue queue,
            RestoreEnqueuer enqueuer,
            Catalog catalog,
            Accounts accounts,
            Destinations destinations,
            ServerInfo server) {
        this.queue = queue;
        this.enqueuer = enqueuer;
        this.catalog = catalog;
        this.accounts = accounts;
        this.destinations = destinations;
        this.server = server;
    }

    List<WhmFunction> functions() {
        return List.of(
                function(
                        "destination_adopt",
                        "Takes up the restore points that lie at a destination into the catalog",
                        this::adopt,
                        DESTINATION),
                function(
                        "recover_list",
                        "Lists the newest restore point of each account at a destination",
                        this::list,
                        DESTINATION),
                function(
                        "recover_start",
                        "Restores the newest restore point of each account at a destination",
                        this::start,
                        DESTINATION,
                        flag("existing", false, "Accounts that are on this server, too"),
                        flag(
                                "trusted",
                                false,
                                "Vouch for archives that this server did not make")));
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(
                FunctionSpec.of("packhorse_" + name, Permission.ROOT, help, parameters), body);
    }

    private Answer adopt(Caller caller, Arguments arguments) throws WhmException {
        DestinationId id = known(arguments);
        Enqueued enqueued =
                queue.enqueue(
                        JobRequest.of(
                                        JobKind.ADOPT,
                                        id.value(),
                                        caller.user(),
                                        JobJson.write(new AdoptArguments(id.value())))
                                .withPriority(JobRequest.Priority.MANUAL)
                                .withUniqueKey("adopt:" + id)
                                .onNode(server.node()));
        return Answer.ok(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("job", enqueued.id().value())
                        .put("added", enqueued.added() ? 1 : 0));
    }

    private DestinationId known(Arguments arguments) throws WhmException {
        DestinationId id = Values.destination(arguments, "destid");
        destinations.requireKnown(id);
        return id;
    }

    /// By account, the newest; of one date the one that was packed last.
    private SortedMap<AccountName, RestorePoint> newest(DestinationId destination) {
        SortedMap<AccountName, RestorePoint> newest =
                new TreeMap<>(Comparator.comparing(AccountName::value));
        BinaryOperator<RestorePoint> newer =
                BinaryOperator.maxBy(
                        Comparator.comparing(RestorePoint::date)
                                .thenComparing(RestorePoint::packedAt));
        catalog.forEach(point -> {
            if (point.destination().equals(destination)) {
                newest.merge(point.account(), point, newer);
            }
        });
        return newest;
    }

    private Answer list(Caller caller, Arguments arguments) throws WhmException {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("accounts");
        for (Map.Entry<AccountName, RestorePoint> each : newest(known(arguments)).entrySet()) {
            list.addObject()
                    .put("user", each.getKey().value())
                    .put("restore_point", each.getValue().slot().toString())
                    .put("size", each.getValue().sizeBytes())
                    .put("exists", accounts.find(each.getKey()).isPresent() ? 1 : 0);
        }
        return Answer.ok(data);
    }

    private Answer start(Caller caller, Arguments arguments) throws WhmException {
        DestinationId destination = known(arguments);
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode jobs = data.putArray("jobs");
        List<String> left = new ArrayList<>();
        for (RestorePoint point : newest(destination).values()) {
            if (!arguments.flag("existing") && accounts.find(point.account()).isPresent()) {
                left.add(point.account().value());
                continue;
            }
            Enqueued enqueued = restore(caller, point, arguments.flag("trusted"));
            jobs.addObject()
                    .put("user", point.account().value())
                    .put("restore_point", point.slot().toString())
                    .put("job", enqueued.id().value());
        }
        left.forEach(data.putArray("left")::add);
        return Answer.ok(data);
    }

    private Enqueued restore(Caller caller, RestorePoint point, boolean trusted)
            throws WhmException {
        String user = point.account().value();
        RestoreArguments wanted =
                new RestoreArguments(
                        user,
                        point.slot().toString(),
                        point.destination().value(),
                        "",
                        RestoreArguments.Origin.ACCOUNT,
                        false,
                        true,
                        true,
                        true,
                        List.of(),
                        List.of(),
                        trusted,
                        false,
                        "");
        return enqueuer.enqueue(
                        new RestoreEnqueuer.Wanted(
                                caller.user(), "userbackup", "restore:" + user, false),
                        wanted)
                .enqueued();
    }
}
