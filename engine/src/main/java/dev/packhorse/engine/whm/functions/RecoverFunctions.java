package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.job.AdoptArguments;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.PruneRequests;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A whole server out of one destination: what lies there is taken up into the catalog, then the
/// newest restore point of every account that the server had last is restored.
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
                        "Lists the newest restore point of each account at a destination, and which accounts the newest runs left out",
                        this::list,
                        DESTINATION),
                function(
                        "recover_start",
                        "Restores the newest restore point of each account at a destination that its newest runs have",
                        this::start,
                        DESTINATION,
                        optional(
                                "user",
                                ParameterSpec.Type.LIST,
                                "Only these accounts, however old their newest points are"),
                        flag("all", false, "Accounts that the newest runs left out, too"),
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
                                .withExclusiveKey(PruneRequests.lane(id))
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

    private LostAccounts lost(DestinationId destination) {
        List<RestorePoint> points = new ArrayList<>();
        catalog.forEach(point -> {
            if (point.destination().equals(destination)) {
                points.add(point);
            }
        });
        return new LostAccounts(points);
    }

    private Answer list(Caller caller, Arguments arguments) throws WhmException {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("accounts");
        LostAccounts lost = lost(known(arguments));
        for (RestorePoint point : lost.newest().values()) {
            list.addObject()
                    .put("user", point.account().value())
                    .put("restore_point", point.slot().toString())
                    .put("size", point.sizeBytes())
                    .put("exists", accounts.find(point.account()).isPresent() ? 1 : 0)
                    .put("gone", lost.gone(point).orElse(""));
        }
        return Answer.ok(data);
    }

    private Answer start(Caller caller, Arguments arguments) throws WhmException {
        LostAccounts lost = lost(known(arguments));
        Set<AccountName> chosen = chosen(arguments, lost);
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode jobs = data.putArray("jobs");
        ArrayNode leftOut = data.putArray("left_out");
        List<String> left = new ArrayList<>();
        for (RestorePoint point : lost.newestFirst()) {
            if (!chosen.isEmpty() && !chosen.contains(point.account())) {
                continue;
            }
            if (!arguments.flag("existing") && accounts.find(point.account()).isPresent()) {
                left.add(point.account().value());
                continue;
            }
            Optional<String> gone = lost.gone(point);
            if (gone.isPresent() && chosen.isEmpty() && !arguments.flag("all")) {
                leftOut.addObject()
                        .put("user", point.account().value())
                        .put("restore_point", point.slot().toString())
                        .put("reason", gone.get());
                continue;
            }
            Enqueued enqueued =
                    restore(caller, point, arguments.flag("trusted"), lost.isBehind(point));
            jobs.addObject()
                    .put("user", point.account().value())
                    .put("restore_point", point.slot().toString())
                    .put("job", enqueued.id().value());
        }
        left.forEach(data.putArray("left")::add);
        return Answer.ok(data);
    }

    /// Those that were asked for by name, empty for no choice.
    private static Set<AccountName> chosen(Arguments arguments, LostAccounts lost)
            throws WhmException {
        Set<AccountName> chosen = new TreeSet<>();
        for (String text : arguments.list("user")) {
            AccountName name = Values.account(text);
            if (!lost.newest().containsKey(name)) {
                throw WhmException.failure(
                        "The destination has no restore point of " + Text.quoted(text) + ".");
            }
            chosen.add(name);
        }
        return chosen;
    }

    private Enqueued restore(Caller caller, RestorePoint point, boolean trusted, boolean last)
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
                                caller.user(), "userbackup", "restore:" + user, false, last),
                        wanted)
                .enqueued();
    }
}
