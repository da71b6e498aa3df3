package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A restore at once, of all or of some modules, for our own command line.
final class RestoreStartFunctions {
    private final RestoreEnqueuer enqueuer;
    private final Catalog catalog;
    private final Destinations destinations;
    private final ModuleCatalogue modules;

    RestoreStartFunctions(
            RestoreEnqueuer enqueuer,
            Catalog catalog,
            Destinations destinations,
            ModuleCatalogue modules) {
        this.enqueuer = enqueuer;
        this.catalog = catalog;
        this.destinations = destinations;
        this.modules = modules;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "packhorse_restore_start",
                                Permission.ROOT,
                                "Restores an account at once from a restore point",
                                required("user", ParameterSpec.Type.ACCOUNT, "The account"),
                                optional(
                                        "restore_point",
                                        ParameterSpec.Type.DATE,
                                        "The date, else the newest"),
                                optional(
                                                "destid",
                                                ParameterSpec.Type.TEXT,
                                                "The destination to take it from")
                                        .withDefault("local"),
                                optional("only", ParameterSpec.Type.LIST, "Only these modules"),
                                optional(
                                        "without",
                                        ParameterSpec.Type.LIST,
                                        "All modules but these"),
                                flag(
                                        "trusted",
                                        false,
                                        "Vouch for an archive that this server did not make")),
                        this::start));
    }

    private Answer start(Caller caller, Arguments arguments) throws WhmException {
        AccountName user = Values.account(arguments, "user");
        DestinationId destination = Values.destination(arguments, "destid");
        destinations.requireKnown(destination);
        List<String> only = known(arguments.list("only"));
        List<String> without = known(arguments.list("without"));
        RestorePoint point = point(user, destination, arguments.find("restore_point"));
        RestoreEnqueuer.Accepted accepted =
                enqueuer.enqueue(
                        new RestoreEnqueuer.Wanted(
                                caller.user(), "userbackup", "restore:" + user, false),
                        new RestoreArguments(
                                user.value(),
                                point.date().toString(),
                                destination.value(),
                                "",
                                RestoreArguments.Origin.ACCOUNT,
                                false,
                                true,
                                true,
                                true,
                                only,
                                without,
                                arguments.flag("trusted"),
                                false,
                                ""));
        if (!accepted.enqueued().added()) {
            throw WhmException.refused(
                    "A restore of " + Text.quoted(user.value()) + " is under way already.");
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("job", accepted.enqueued().id().value());
        data.put("restore_point", point.date().toString());
        data.put("session_id", accepted.session());
        return Answer.ok(data);
    }

    private RestorePoint point(AccountName user, DestinationId destination, Optional<String> date)
            throws WhmException {
        return catalog.ofAccount(user).stream()
                .filter(point -> point.destination().equals(destination))
                .filter(point -> date.isEmpty() || point.date().equals(LocalDate.parse(date.get())))
                .findFirst()
                .orElseThrow(() ->
                        WhmException.refused(
                                "There is no restore point of "
                                        + Text.quoted(user.value())
                                        + date.map(day -> " on " + day).orElse("")
                                        + " at "
                                        + destination
                                        + "."));
    }

    private List<String> known(List<String> names) throws WhmException {
        Set<String> all =
                modules.modules().stream()
                        .map(ModuleCatalogue.ModuleInfo::name)
                        .collect(Collectors.toSet());
        for (String name : names) {
            if (!all.contains(name)) {
                throw WhmException.failure(
                        "There is no module "
                                + Text.quoted(name)
                                + "; restore_modules_summary lists them.");
            }
        }
        return names;
    }
}
