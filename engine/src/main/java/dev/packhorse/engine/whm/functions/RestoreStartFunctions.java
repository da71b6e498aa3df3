package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.host.DocumentRoot;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.OtherCopies;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.job.RestorePart;
import dev.packhorse.engine.job.RestoreScope;
import dev.packhorse.engine.job.SafetyCopies;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A restore at once, of all, of some modules or of single things, and the plan of one, for our own
/// command line.
final class RestoreStartFunctions {
    private static final List<ParameterSpec> WANTED =
            List.of(
                    required("user", ParameterSpec.Type.ACCOUNT, "The account"),
                    optional(
                            "restore_point",
                            ParameterSpec.Type.SLOT,
                            "The date, or date and time as listed; else the newest"),
                    optional("destid", ParameterSpec.Type.TEXT, "The destination to take it from")
                            .withDefault("local"),
                    optional(
                            "archive",
                            ParameterSpec.Type.TEXT,
                            "An archive on this server instead, an absolute path"),
                    optional(
                            "safety_copy",
                            ParameterSpec.Type.TEXT,
                            "The copy taken before an earlier restore instead, by its name or “newest”"),
                    optional("only", ParameterSpec.Type.LIST, "Only these modules"),
                    optional("without", ParameterSpec.Type.LIST, "All modules but these"),
                    optional(
                            "part",
                            ParameterSpec.Type.LIST,
                            "Only path:PATH below the home, mailbox:NAME@DOMAIN, database:NAME, zone:DOMAIN or crontab:"),
                    optional(
                            "into",
                            ParameterSpec.Type.TEXT,
                            "The folder below the home that receives paths and mailboxes"),
                    flag(
                            "merge",
                            false,
                            "Files and messages that are there stay, and only missing ones come back"),
                    flag("trusted", false, "Vouch for an archive that this server did not make"));

    private final JobQueue queue;
    private final RestoreEnqueuer enqueuer;
    private final Catalog catalog;
    private final Destinations destinations;
    private final ModuleCatalogue modules;
    private final RestoredAsForm form;
    private final Path safetyCopies;

    /// @param safetyCopies where they lie; need not be there
    RestoreStartFunctions(
            JobQueue queue,
            RestoreEnqueuer enqueuer,
            Catalog catalog,
            Destinations destinations,
            ModuleCatalogue modules,
            RestoredAsForm form,
            Path safetyCopies) {
        this.form = form;
        this.safetyCopies = safetyCopies;
        this.queue = queue;
        this.enqueuer = enqueuer;
        this.catalog = catalog;
        this.destinations = destinations;
        this.modules = modules;
    }

    List<WhmFunction> functions() {
        List<ParameterSpec> wanted = new ArrayList<>(WANTED);
        wanted.addAll(RestoredAsForm.PARAMETERS);
        List<ParameterSpec> start = new ArrayList<>(wanted);
        start.add(
                optional(
                        "plan",
                        ParameterSpec.Type.TEXT,
                        "The job that planned it; done as planned or not at all, and the other parameters but user do not count"));
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "packhorse_restore_start",
                                Permission.ROOT,
                                "Restores an account or parts of it at once",
                                start.toArray(ParameterSpec[]::new)),
                        this::start),
                new WhmFunction(
                        FunctionSpec.of(
                                "packhorse_restore_plan",
                                Permission.ROOT,
                                "Finds out what a restore would do, and changes nothing; the job's result is the plan",
                                wanted.toArray(ParameterSpec[]::new)),
                        this::plan));
    }

    private Answer start(Caller caller, Arguments arguments) throws WhmException {
        Optional<String> plan = arguments.find("plan");
        AccountName user = Values.account(arguments, "user");
        return plan.isPresent()
                ? enqueue(caller, "restore:", planned(user, Values.job(arguments, "plan")), "")
                : enqueue(caller, "restore:", wanted(arguments), asked(arguments));
    }

    private Answer plan(Caller caller, Arguments arguments) throws WhmException {
        RestoreArguments wanted = wanted(arguments);
        return enqueue(
                caller, "restore-plan:", wanted.within(wanted.scope().planned()), asked(arguments));
    }

    /// What of the answer stays as it was asked for, empty for nothing.
    private static String asked(Arguments arguments) {
        return arguments.find("archive").isPresent()
                ? ""
                : arguments.find("safety_copy").orElse("");
    }

    private RestoreArguments planned(AccountName user, JobId id) throws WhmException {
        Job job =
                queue.find(id)
                        .filter(each -> each.request().kind() == JobKind.RESTORE)
                        .orElseThrow(() -> Values.noJob(id.value()));
        RestoreArguments arguments =
                JobJson.read(job.request().arguments(), RestoreArguments.class);
        boolean done =
                arguments.scope().planOnly()
                        && arguments.packedAs().equals(user)
                        && job.state() == JobState.SUCCEEDED;
        if (!done) {
            throw WhmException.refused(
                    "The job "
                            + id
                            + " is no plan of a restore of "
                            + Text.quoted(user.value())
                            + " that has ended well.");
        }
        return arguments.heldTo(job.result());
    }

    private Answer enqueue(Caller caller, String key, RestoreArguments wanted, String asked)
            throws WhmException {
        RestoreEnqueuer.Accepted accepted =
                enqueuer.enqueue(
                        new RestoreEnqueuer.Wanted(
                                caller.user(), "userbackup", key + wanted.account(), false),
                        wanted);
        if (!accepted.enqueued().added()) {
            throw WhmException.refused(
                    "A restore of " + Text.quoted(wanted.account()) + " is under way already.");
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("job", accepted.enqueued().id().value());
        data.put("restore_point", asked.isEmpty() ? wanted.restorePoint() : asked);
        data.put("session_id", accepted.session());
        return Answer.ok(data);
    }

    private RestoreArguments wanted(Arguments arguments) throws WhmException {
        AccountName user = Values.account(arguments, "user");
        Source source = source(user, arguments);
        RestoreArguments wanted =
                new RestoreArguments(
                                user.value(),
                                source.point(),
                                source.destination(),
                                source.archive(),
                                RestoreArguments.Origin.ACCOUNT,
                                false,
                                true,
                                true,
                                true,
                                known(arguments.list("only")),
                                known(arguments.list("without")),
                                arguments.flag("trusted"),
                                false,
                                "")
                        .within(scope(arguments));
        return form.read(arguments, wanted);
    }

    private static RestoreScope scope(Arguments arguments) throws WhmException {
        List<String> parts = arguments.list("part");
        String into = arguments.find("into").orElse("");
        try {
            parts.forEach(RestorePart::parse);
            if (!into.isEmpty()) {
                RestorePart.belowHome(into);
            }
        } catch (IllegalArgumentException e) {
            throw WhmException.failure("The part cannot be restored: " + e.getMessage() + ".");
        }
        if (parts.isEmpty() && (!into.isEmpty() || arguments.flag("merge"))) {
            throw WhmException.failure("Provide “part” with “into” and “merge”.");
        }
        return new RestoreScope(false, Map.of(), parts, into, arguments.flag("merge"));
    }

    /// Where the archive is.
    private record Source(String point, String destination, String archive) {}

    private Source source(AccountName user, Arguments arguments) throws WhmException {
        Optional<String> archive = arguments.find("archive");
        Optional<String> copy = arguments.find("safety_copy");
        if (archive.isPresent()) {
            if (!DocumentRoot.isValid(archive.get())) {
                throw WhmException.failure(
                        "The archive " + Text.quoted(archive.get()) + " is no absolute path.");
            }
            return new Source("", "", archive.get());
        }
        if (copy.isPresent()) {
            return new Source(safetyCopy(user, copy.get()), RestoreArguments.SAFETY, "");
        }
        DestinationId destination = Values.destination(arguments, "destid");
        destinations.requireKnown(destination);
        RestorePoint point = point(user, destination, arguments.find("restore_point"));
        return new Source(point.slot().toString(), destination.value(), "");
    }

    /// The newest one by its name: once the restore has begun that of what it replaces is newer.
    /// Where there is none, the restore says so.
    private String safetyCopy(AccountName user, String wanted) throws WhmException {
        if (!wanted.equals(SafetyCopies.NEWEST)) {
            return wanted;
        }
        try {
            return SafetyCopies.newest(safetyCopies, user).orElse(wanted);
        } catch (IOException e) {
            throw Text.failed("The safety copies cannot be looked at", e);
        }
    }

    private RestorePoint point(AccountName user, DestinationId destination, Optional<String> wanted)
            throws WhmException {
        Optional<RestorePoint> point =
                wanted.isPresent()
                        ? catalog.find(user, destination, SlotName.parse(wanted.get()))
                        : catalog.ofAccount(user).stream()
                                .filter(each -> each.destination().equals(destination))
                                .findFirst();
        return point.orElseThrow(() -> noPoint(user, destination, wanted));
    }

    private WhmException noPoint(
            AccountName user, DestinationId destination, Optional<String> date) {
        Optional<String> damaged =
                date.map(SlotName::parse)
                        .flatMap(slot -> new OtherCopies(catalog).explain(user, destination, slot));
        return WhmException.refused(
                damaged.map(Text::sentence)
                        .orElseGet(() ->
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
