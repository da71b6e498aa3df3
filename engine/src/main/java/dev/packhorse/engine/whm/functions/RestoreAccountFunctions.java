package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Account restoration outside the restore queue: the newest archive at once, the check of a name,
/// and what modules there are.
///
/// Source: whmapi1-protocol 10.8.
final class RestoreAccountFunctions {
    private final RestoreEnqueuer enqueuer;
    private final Catalog catalog;
    private final Accounts accounts;
    private final NewUsernameRules names;
    private final ModuleCatalogue modules;

    RestoreAccountFunctions(
            RestoreEnqueuer enqueuer,
            Catalog catalog,
            Accounts accounts,
            NewUsernameRules names,
            ModuleCatalogue modules) {
        this.enqueuer = enqueuer;
        this.catalog = catalog;
        this.accounts = accounts;
        this.names = names;
        this.modules = modules;
    }

    List<WhmFunction> functions() {
        return List.of(restoreAccount(), verifyName(), summary());
    }

    private WhmFunction restoreAccount() {
        return new WhmFunction(
                FunctionSpec.of(
                        "restoreaccount",
                        Permission.ROOT,
                        "Restores the newest local archive of an account in the background",
                        required("user", ParameterSpec.Type.ACCOUNT, "The account"),
                        required(
                                        "type",
                                        ParameterSpec.Type.CHOICE,
                                        "The calendar to take the archive from")
                                .oneOf("daily", "weekly", "monthly"),
                        flag(
                                "all",
                                false,
                                "Make the account, which must not exist, and restore it"),
                        flag("mail", false, "Restore forwarders and filters"),
                        flag("subs", false, "Restore sub-domains"),
                        flag("mysql", false, "Restore databases, those of PostgreSQL, too"),
                        flag("ip", false, "Give the account an address of its own")),
                this::restore);
    }

    private WhmFunction verifyName() {
        return new WhmFunction(
                FunctionSpec.of(
                        "verify_new_username_for_restore",
                        Permission.ROOT,
                        "Tells whether an account could be restored under a name",
                        required("user", ParameterSpec.Type.TEXT, "The name")),
                this::verify);
    }

    private WhmFunction summary() {
        return new WhmFunction(
                FunctionSpec.of(
                        "restore_modules_summary",
                        Permission.AUTHENTICATED,
                        "Lists the modules that restore an account"),
                (_, _) -> Answer.ok(modules()));
    }

    private Answer restore(Caller caller, Arguments arguments) throws WhmException {
        AccountName user = Values.account(arguments, "user");
        boolean all = arguments.flag("all");
        List<String> only = new ArrayList<>();
        addIf(arguments.flag("mail"), "Mail", only);
        addIf(arguments.flag("subs"), "Domains", only);
        addIf(arguments.flag("mysql"), "Mysql", only);
        addIf(arguments.flag("mysql"), "Postgres", only);
        if (!all && only.isEmpty()) {
            throw WhmException.failure(
                    "Provide at least one of the “all”, “mail”, “subs” and “mysql” arguments.");
        }
        boolean exists = accounts.find(user).isPresent();
        if (all && exists) {
            throw WhmException.refused(
                    "The account " + Text.quoted(user.value()) + " exists already.");
        }
        Tier tier = Tier.valueOf(arguments.text("type").toUpperCase(Locale.ROOT));
        RestorePoint point = newest(user, tier, exists);
        RestoreEnqueuer.Accepted accepted =
                enqueuer.enqueue(
                        new RestoreEnqueuer.Wanted(
                                caller.user(), "userbackup", "restoreaccount:" + user, false),
                        restoreArguments(arguments, point, all ? List.of() : only));
        if (!accepted.enqueued().added()) {
            throw WhmException.refused(
                    "A restore of " + Text.quoted(user.value()) + " is under way already.");
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("transfer_session_id", accepted.session());
        return Answer.ok(data);
    }

    private RestorePoint newest(AccountName user, Tier tier, boolean exists) throws WhmException {
        List<RestorePoint> points = catalog.ofAccount(user);
        if (points.isEmpty() && !exists) {
            throw Text.noUser(user.value());
        }
        return points.stream()
                .filter(point -> point.tier() == tier && point.destination().isLocal())
                .findFirst()
                .orElseThrow(() ->
                        WhmException.refused(
                                "Unable to find archive: there is no "
                                        + tier.word()
                                        + " restore point of "
                                        + Text.quoted(user.value())
                                        + " on this server."));
    }

    private static RestoreArguments restoreArguments(
            Arguments arguments, RestorePoint point, List<String> only) {
        boolean all = only.isEmpty();
        return new RestoreArguments(
                point.account().value(),
                point.slot().toString(),
                DestinationId.LOCAL.value(),
                "",
                RestoreArguments.Origin.ACCOUNT,
                arguments.flag("ip"),
                all || arguments.flag("mail"),
                all || arguments.flag("mysql"),
                all || arguments.flag("subs"),
                only,
                List.of(),
                false,
                false,
                "");
    }

    private Answer verify(Caller caller, Arguments arguments) throws WhmException {
        String reason = names.conflict(arguments.text("user"));
        if (!reason.isEmpty()) {
            throw WhmException.refused(reason);
        }
        return Answer.ok();
    }

    private ObjectNode modules() {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("modules");
        for (ModuleCatalogue.ModuleInfo module : modules.modules()) {
            ObjectNode entry = list.addObject();
            entry.put("module", module.name());
            entry.put("restricted_available", module.restrictedAvailable() ? 1 : 0);
            entry.putArray("summary").add(module.summary());
            if (!module.notes().isEmpty()) {
                ArrayNode notes = entry.putArray("notes");
                module.notes().forEach(notes::add);
            }
        }
        return data;
    }

    private static void addIf(boolean condition, String module, List<String> modules) {
        if (condition) {
            modules.add(module);
        }
    }
}
