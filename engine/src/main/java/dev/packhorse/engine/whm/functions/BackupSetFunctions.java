package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
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
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the catalog holds, by user and by date. Points at destinations that are no longer
/// configured cannot be fetched and are not shown.
///
/// Source: whmapi1-protocol section 8.4, functions.json.
final class BackupSetFunctions {
    private final Catalog catalog;
    private final Destinations destinations;
    private final Accounts accounts;

    BackupSetFunctions(Catalog catalog, DestinationStore store, Accounts accounts) {
        this.catalog = catalog;
        this.destinations = new Destinations(store);
        this.accounts = accounts;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "backup_set_list",
                                Permission.ROOT,
                                "Lists the dates of each user's archives on this server"),
                        this::localSets),
                new WhmFunction(
                        FunctionSpec.of(
                                "backup_set_list_combined",
                                Permission.ROOT,
                                "Lists the dates and places of each user's archives"),
                        this::allSets),
                new WhmFunction(
                        FunctionSpec.of(
                                "backup_date_list",
                                Permission.ROOT,
                                "Lists the dates that have archives, newest first"),
                        this::dates),
                new WhmFunction(
                        FunctionSpec.of(
                                "backup_user_list",
                                Permission.ROOT,
                                "Lists the users that have an archive of a date",
                                required(
                                        "restore_point",
                                        ParameterSpec.Type.DATE,
                                        "The date, YYYY-MM-DD")),
                        this::users));
    }

    private Answer localSets(Caller caller, Arguments arguments) throws WhmException {
        SortedMap<String, SortedSet<LocalDate>> sets = new TreeMap<>();
        forEach(
                caller,
                point -> {
                    if (point.destination().isLocal()) {
                        sets.computeIfAbsent(point.account().value(), _ -> newestFirst())
                                .add(point.date());
                    }
                });
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ObjectNode node = data.putObject("backup_set");
        sets.forEach((user, dates) -> addAll(dates, node.putArray(user)));
        return Answer.ok(data);
    }

    /// One copy of an account: a date at a place.
    private record Copy(LocalDate when, String where) implements Comparable<Copy> {
        private static final Comparator<Copy> ORDER =
                Comparator.comparing(Copy::when).reversed().thenComparing(Copy::where);

        @Override
        public int compareTo(Copy other) {
            return ORDER.compare(this, other);
        }
    }

    private Answer allSets(Caller caller, Arguments arguments) throws WhmException {
        SortedMap<String, TreeSet<Copy>> sets = new TreeMap<>();
        forEach(
                caller,
                point ->
                        sets.computeIfAbsent(point.account().value(), _ -> new TreeSet<>())
                                .add(new Copy(point.date(), point.destination().value())));
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ObjectNode node = data.putObject("backup_set");
        sets.forEach((user, copies) -> {
            ArrayNode list = node.putArray(user);
            copies.forEach(copy ->
                    list.addObject()
                            .put("when", copy.when().toString())
                            .put("where", copy.where()));
        });
        ObjectNode legend = data.putObject("destination_legend");
        for (Destination destination : destinations.contents().destinations()) {
            legend.putObject(destination.id().value())
                    .put("name", destination.name())
                    .put("type", destination.type().word());
        }
        return Answer.ok(data);
    }

    private Answer dates(Caller caller, Arguments arguments) throws WhmException {
        SortedSet<LocalDate> dates = newestFirst();
        forEach(caller, point -> dates.add(point.date()));
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        addAll(dates, data.putArray("backup_set"));
        return Answer.ok(data);
    }

    private Answer users(Caller caller, Arguments arguments) throws WhmException {
        LocalDate date = Values.date(arguments, "restore_point");
        TreeSet<AccountName> users = new TreeSet<>();
        forEach(
                caller,
                point -> {
                    if (point.date().equals(date)) {
                        users.add(point.account());
                    }
                });
        Set<AccountName> existing = new HashSet<>(accounts.names());
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("user");
        users.forEach(user ->
                list.addObject()
                        .put("username", user.value())
                        .put("status", existing.contains(user) ? "active" : "inactive"));
        return Answer.ok(data);
    }

    private void forEach(Caller caller, Consumer<RestorePoint> consumer) throws WhmException {
        Predicate<String> visible = accounts.namesVisibleTo(caller);
        Set<DestinationId> known = destinations.known();
        catalog.forEach(point -> {
            if (known.contains(point.destination()) && visible.test(point.account().value())) {
                consumer.accept(point);
            }
        });
    }

    private static SortedSet<LocalDate> newestFirst() {
        return new TreeSet<>(Comparator.<LocalDate>naturalOrder().reversed());
    }

    private static void addAll(SortedSet<LocalDate> dates, ArrayNode list) {
        dates.forEach(date -> list.add(date.toString()));
    }
}
