package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.component.DatabaseDepth;
import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.job.ArchiveNaming;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.PkgacctArguments;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.rootfile.TrustedPath;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Packing of an account into a folder of the caller's choice.
///
/// Source: whmapi1-protocol 11.5; functions.json `start_background_pkgacct`.
final class PkgacctFunctions {
    private static final Pattern MYSQL_VERSION =
            Pattern.compile("[0-9]{1,2}\\.[0-9]{1,2}(?:\\.[0-9]{1,3})?");
    private static final int USUAL_PART_MIB = 1_024;
    private static final int MAX_PART_MIB = 1 << 20;

    private final JobQueue queue;
    private final SessionJobs sessions;
    private final Accounts accounts;
    private final ServerInfo server;
    private final TrustedPath trusted;

    PkgacctFunctions(
            JobQueue queue,
            SessionJobs sessions,
            Accounts accounts,
            HostRoot root,
            ServerInfo server) {
        this.queue = queue;
        this.sessions = sessions;
        this.accounts = accounts;
        this.server = server;
        this.trusted = new TrustedPath(root.folder());
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        new FunctionSpec(
                                "start_background_pkgacct",
                                "Packs an account into an archive in the background",
                                Permission.ROOT,
                                parameters()),
                        this::start));
    }

    private static List<ParameterSpec> parameters() {
        List<ParameterSpec> parameters = new ArrayList<>();
        parameters.add(required("user", ParameterSpec.Type.ACCOUNT, "The account"));
        parameters.add(
                optional(
                        "tarroot",
                        ParameterSpec.Type.TEXT,
                        "The folder for the archive, else that of the homes, also where the"
                                + " account's own home is asked for"));
        parameters.add(
                optional(
                        "compressionsetting",
                        ParameterSpec.Type.TEXT,
                        "“compress” for a .tar.gz, else a .tar"));
        parameters.add(
                flag(
                        "incremental",
                        false,
                        "Bring the folder cpmove-USER up to date instead of making a file"));
        for (PackSkip skip : PackSkip.values()) {
            parameters.add(flag(skip.wireName(), false, "Leave out " + skip.what()));
        }
        parameters.add(
                optional(
                                "dbbackup",
                                ParameterSpec.Type.CHOICE,
                                "How much of each database is packed")
                        .oneOf("all", "schema", "name")
                        .withDefault("all"));
        parameters.add(
                optional(
                        "mysqlver",
                        ParameterSpec.Type.TEXT,
                        "The oldest database server that must take the dumps, as 5.7; else this"
                                + " server's version"));
        parameters.add(flag("split", false, "Make parts in a folder of their own"));
        parameters.add(
                optional("split_size", ParameterSpec.Type.INTEGER, "The size of a part in MiB")
                        .withRange(1, MAX_PART_MIB)
                        .withDefault(Integer.toString(USUAL_PART_MIB)));
        parameters.add(
                optional(
                                "naming",
                                ParameterSpec.Type.CHOICE,
                                "How the archive is called: cpmove-USER, USER, or backup-DATE_USER")
                        .oneOf("cpmove", "backup", "userbackup")
                        .withDefault("cpmove"));
        parameters.add(flag("low_priority", false, "Let everything else on the server go first"));
        parameters.add(flag("serialized_output", false, "No effect: the log is always JSON lines"));
        parameters.add(
                flag(
                        "use_backups",
                        false,
                        "With naming=backup take over what has not changed from the account's newest"
                                + " archive in the backup directory"));
        return parameters;
    }

    private Answer start(Caller caller, Arguments arguments) throws WhmException {
        Account account = accounts.require(Values.account(arguments, "user"));
        PkgacctArguments wanted = wanted(arguments, account);
        String user = account.name().value();
        RestoreEnqueuer.Accepted accepted =
                sessions.withPkgacct(
                        user, session -> enqueue(caller, arguments, wanted.withSession(session)));
        String session =
                accepted.enqueued().added()
                        ? accepted.session()
                        : sameSession(accepted.enqueued(), wanted);
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("session_id", session);
        data.put("complete_master_log", SessionStore.MASTER_LOG);
        data.put("complete_master_error_log", SessionStore.MASTER_ERROR_LOG);
        return new Answer(Optional.of(data), "OK", elsewhere(arguments, account));
    }

    /// cPanel's own default is the home; whoever looks for the archive there must be told.
    private static List<String> elsewhere(Arguments arguments, Account account) {
        return isHome(arguments, account)
                ? List.of(
                        "“tarroot” is the account's home, which its user can change: the archive"
                                + " comes into "
                                + Text.quoted(parent(account))
                                + " instead.")
                : List.of();
    }

    private static boolean isHome(Arguments arguments, Account account) {
        return arguments
                .find("tarroot")
                .map(Values::path)
                .filter(Values.path(account.home())::equals)
                .isPresent();
    }

    private static String parent(Account account) {
        String home = Values.path(account.home());
        return home.substring(0, Math.max(0, home.lastIndexOf('/')));
    }

    private Enqueued enqueue(Caller caller, Arguments arguments, PkgacctArguments wanted) {
        String user = wanted.account();
        return queue.enqueue(
                JobRequest.of(JobKind.PKGACCT, user, caller.user(), JobJson.write(wanted))
                        .withPriority(
                                arguments.flag("low_priority")
                                        ? JobRequest.Priority.SCHEDULED
                                        : JobRequest.Priority.MANUAL)
                        .withUniqueKey("pkgacct:" + user)
                        .withExclusiveKey("account:" + user)
                        .onNode(server.node()));
    }

    /// The same request asked twice is one packing; another one for the same account must wait.
    private String sameSession(Enqueued open, PkgacctArguments wanted) throws WhmException {
        Optional<PkgacctArguments> existing = arguments(open.id());
        if (existing.isPresent()
                && existing.get().equals(wanted.withSession(existing.get().session()))) {
            return existing.get().session();
        }
        throw WhmException.refused(
                "The account "
                        + Text.quoted(wanted.account())
                        + " is being packed already in another way; wait for the end of that.");
    }

    private Optional<PkgacctArguments> arguments(JobId job) {
        return queue.find(job)
                .map(found -> JobJson.read(found.request().arguments(), PkgacctArguments.class));
    }

    private PkgacctArguments wanted(Arguments arguments, Account account) throws WhmException {
        String compression = arguments.find("compressionsetting").orElse("");
        if (!compression.isEmpty() && !compression.equals("compress")) {
            throw Text.badValue("compressionsetting", "use compress, or leave it out");
        }
        List<PackSkip> skips =
                Stream.of(PackSkip.values())
                        .filter(skip -> arguments.flag(skip.wireName()))
                        .toList();
        String mysqlVersion = arguments.find("mysqlver").orElse("");
        if (!mysqlVersion.isEmpty() && !MYSQL_VERSION.matcher(mysqlVersion).matches()) {
            throw Text.badValue("mysqlver", "use two or three numbers with dots, as 5.7 or 10.11");
        }
        return new PkgacctArguments(
                account.name().value(),
                "",
                folder(arguments, account),
                ArchiveNaming.valueOf(arguments.text("naming").toUpperCase(Locale.ROOT)),
                server.zone().getId(),
                !compression.isEmpty(),
                skips,
                DatabaseDepth.valueOf(arguments.text("dbbackup").toUpperCase(Locale.ROOT)),
                mysqlVersion,
                arguments.flag("split") ? arguments.number("split_size") << 20 : 0,
                arguments.flag("low_priority"),
                arguments.flag("incremental"),
                arguments.flag("use_backups"));
    }

    /// The archive holds secrets and root writes it: never into a folder that its customer can
    /// change, so beside the home where that itself is asked for.
    private String folder(Arguments arguments, Account account) throws WhmException {
        String folder =
                isHome(arguments, account)
                        ? parent(account)
                        : arguments.find("tarroot").map(Values::path).orElse(parent(account));
        try {
            if (!Files.isDirectory(trusted.folder(folder), LinkOption.NOFOLLOW_LINKS)) {
                throw Text.badValue("tarroot", Text.quoted(folder) + " is not a folder");
            }
        } catch (IOException e) {
            throw Text.badValue("tarroot", String.valueOf(e.getMessage()));
        }
        return folder;
    }
}
