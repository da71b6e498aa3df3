package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The users of whom there is a restore point: what other tools can look into and take single files
/// from.
final class BackupMetadataFunctions {
    private static final Permission FILE_RESTORE = new Permission("file-restore");

    private final Catalog catalog;
    private final Accounts accounts;

    BackupMetadataFunctions(Catalog catalog, Accounts accounts) {
        this.catalog = catalog;
        this.accounts = accounts;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "get_users_with_backup_metadata",
                                FILE_RESTORE,
                                "Lists the users that have restore points"),
                        this::users),
                new WhmFunction(
                        FunctionSpec.of(
                                "get_users_and_domains_with_backup_metadata",
                                FILE_RESTORE,
                                "Lists the users that have restore points, with their domains"),
                        this::domains));
    }

    private Answer users(Caller caller, Arguments arguments) throws WhmException {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("accounts");
        backedUp(caller).forEach(list::add);
        return Answer.ok(data);
    }

    /// A user who is gone from this server has no domain here any more, and is told of beside.
    private Answer domains(Caller caller, Arguments arguments) throws WhmException {
        Accounts.Visible visible = accounts.visibleTo(caller);
        Map<String, Account> byName =
                visible.accounts().stream()
                        .collect(
                                Collectors.toMap(
                                        account -> account.name().value(), Function.identity()));
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        TreeSet<String> gone = new TreeSet<>();
        for (String user : backedUp(caller)) {
            Optional.ofNullable(byName.get(user))
                    .ifPresentOrElse(
                            account -> data.put(user, account.domains().main()),
                            () -> gone.add(user));
        }
        List<String> warnings =
                gone.isEmpty()
                        ? List.of()
                        : List.of(
                                "left out, because this server has no such account any more: "
                                        + String.join(", ", gone));
        return new Answer(Optional.of(data), "OK", warnings);
    }

    private SortedSet<String> backedUp(Caller caller) throws WhmException {
        Predicate<String> visible = accounts.namesVisibleTo(caller);
        TreeSet<String> names = new TreeSet<>();
        catalog.forEach(point -> {
            if (visible.test(point.account().value())) {
                names.add(point.account().value());
            }
        });
        return names;
    }
}
