package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.job.BackupArguments;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RunArguments;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Label;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
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
import java.io.IOException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Backups outside the schedule, and what came of backups, for our own command line.
final class BackupRunFunctions {
    private final JobQueue queue;
    private final SessionJobs sessions;
    private final Accounts accounts;
    private final Catalog catalog;
    private final BackupConfigFile config;
    private final CatalogRebuild rebuild;
    private final RetentionDesk desk;
    private final ServerInfo server;

    BackupRunFunctions(
            JobQueue queue,
            SessionJobs sessions,
            Accounts accounts,
            Catalog catalog,
            BackupConfigFile config,
            CatalogRebuild rebuild,
            RetentionDesk desk,
            ServerInfo server) {
        this.queue = queue;
        this.sessions = sessions;
        this.accounts = accounts;
        this.catalog = catalog;
        this.config = config;
        this.rebuild = rebuild;
        this.desk = desk;
        this.server = server;
    }

    List<WhmFunction> functions() {
        return List.of(
                function(
                        "backup_start",
                        "Packs accounts now, whatever the configuration switches off",
                        this::start,
                        optional("user", ParameterSpec.Type.LIST, "The accounts"),
                        flag("all", false, "All accounts"),
                        optional(
                                "label",
                                ParameterSpec.Type.TEXT,
                                "What the backup is called; it replaces no other, and is pinned")),
                function(
                        "run_now",
                        "Does what the schedule would do, now",
                        this::runNow,
                        optional(
                                "tier",
                                ParameterSpec.Type.LIST,
                                "daily, weekly, monthly; else those due today")),
                function(
                        "restore_point_list",
                        "Lists the restore points of an account, newest first",
                        this::points,
                        required("user", ParameterSpec.Type.ACCOUNT, "The account")),
                function(
                                "catalog_rebuild",
                                "Looks for archives in the backup directory that the catalog does not have",
                                this::rebuild)
                        .onOwnThread());
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(
                FunctionSpec.of("packhorse_" + name, Permission.ROOT, help, parameters), body);
    }

    private Answer start(Caller caller, Arguments arguments) throws WhmException {
        List<String> users = arguments.list("user");
        boolean all = arguments.flag("all");
        if (users.isEmpty() != all) {
            throw WhmException.failure("Provide either the “user” or the “all” argument.");
        }
        List<String> names = new ArrayList<>();
        for (String user : users) {
            names.add(accounts.require(Values.account(user)).name().value());
        }
        String label = arguments.find("label").orElse("");
        if (!label.isEmpty() && !Label.isValid(label)) {
            throw Text.badValue("label", "it must " + Label.RULE);
        }
        SlotName slot = slot(!label.isEmpty());
        return names.size() == 1
                ? backup(caller, names.getFirst(), slot, label)
                : run(
                        caller,
                        new RunArguments(slot.toString(), List.of(Tier.DAILY), names, true, label));
    }

    private Answer runNow(Caller caller, Arguments arguments) throws WhmException {
        List<Tier> tiers = new ArrayList<>();
        for (String word : arguments.list("tier")) {
            tiers.add(tier(word));
        }
        if (tiers.isEmpty()) {
            tiers.addAll(dueToday());
        }
        return run(caller, new RunArguments(slot(false).toString(), tiers, List.of(), false));
    }

    private List<Tier> dueToday() throws WhmException {
        List<Tier> due;
        try {
            due = config.read().due(today());
        } catch (IOException e) {
            throw Text.failed("The backup configuration cannot be read", e);
        }
        if (due.isEmpty()) {
            throw WhmException.refused(
                    "Nothing is due on "
                            + today()
                            + " by the backup configuration; name a “tier”.");
        }
        return due;
    }

    /// Where a day has one run, a backup by hand takes the place of its archive. It has a name of
    /// its own where it would otherwise replace what somebody wants to keep.
    private SlotName slot(boolean labelled) {
        LocalDateTime now = LocalDateTime.ofInstant(queue.now(), server.zone());
        return labelled || desk.schedule().get().times().areSeveral()
                ? SlotName.byHand(now.toLocalDate(), now.toLocalTime())
                : SlotName.of(now.toLocalDate());
    }

    /// One account: a single backup with a session of its own. The same asked twice is one backup.
    private Answer backup(Caller caller, String user, SlotName slot, String label)
            throws WhmException {
        RestoreEnqueuer.Accepted accepted =
                sessions.withPkgacct(
                        user,
                        session ->
                                queue.enqueue(
                                        JobRequest.of(
                                                        JobKind.BACKUP,
                                                        user,
                                                        caller.user(),
                                                        JobJson.write(
                                                                new BackupArguments(
                                                                        user,
                                                                        List.of(Tier.DAILY),
                                                                        slot.toString(),
                                                                        "",
                                                                        session,
                                                                        label)))
                                                .withPriority(JobRequest.Priority.MANUAL)
                                                .withUniqueKey(uniqueKey(user, slot, label))
                                                .withExclusiveKey("account:" + user)
                                                .onNode(server.node())));
        String session =
                accepted.enqueued().added()
                        ? accepted.session()
                        : queue.find(accepted.enqueued().id())
                                .map(SessionJobs::sessionOf)
                                .orElse("");
        return Answer.ok(job(accepted.enqueued(), session));
    }

    private static String uniqueKey(String user, SlotName slot, String label) {
        return "backup:" + user + ":" + (label.isEmpty() ? slot.date() : "label:" + label);
    }

    private Answer run(Caller caller, RunArguments run) {
        Enqueued enqueued =
                queue.enqueue(
                        JobRequest.of(
                                        JobKind.RUN,
                                        (run.manual() ? "manual " : "run ") + run.date(),
                                        caller.user(),
                                        JobJson.write(run))
                                .withPriority(JobRequest.Priority.MANUAL)
                                .withExclusiveKey("run:" + server.node())
                                .onNode(server.node()));
        return Answer.ok(job(enqueued, ""));
    }

    private static ObjectNode job(Enqueued enqueued, String session) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("job", enqueued.id().value())
                .put("added", enqueued.added() ? 1 : 0)
                .put("session_id", session);
    }

    private Answer points(Caller caller, Arguments arguments) throws WhmException {
        AccountName user = Values.account(arguments, "user");
        List<RestorePoint> points = catalog.ofAccount(user);
        if (points.isEmpty() && accounts.find(user).isEmpty()) {
            throw Text.noUser(user.value());
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("restore_points");
        for (RestorePoint point : points) {
            list.addObject()
                    .put("user", point.account().value())
                    .put("date", point.slot().toString())
                    .put("tier", point.tier().word())
                    .put("destid", point.destination().value())
                    .put("archive", point.archive().value())
                    .put("form", point.form().word())
                    .put("size", point.sizeBytes())
                    .put("sha256", point.sha256())
                    .put("packed_at", point.packedAt().getEpochSecond())
                    .put("node", point.node())
                    .put("label", point.label());
        }
        return Answer.ok(data);
    }

    private Answer rebuild(Caller caller, Arguments arguments) throws WhmException {
        try {
            return Answer.ok(JsonNodeFactory.instance.objectNode().put("added", rebuild.rebuild()));
        } catch (IOException e) {
            throw Text.failed("The backup directory cannot be read", e);
        }
    }

    private static Tier tier(String word) throws WhmException {
        for (Tier tier : Tier.values()) {
            if (tier.word().equals(word.toLowerCase(Locale.ROOT))) {
                return tier;
            }
        }
        throw Text.badValue("tier", Text.quoted(word) + " is none of daily, weekly, monthly");
    }

    private LocalDate today() {
        return LocalDate.ofInstant(queue.now(), server.zone());
    }
}
