package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.job.RestoredAs;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Restores of archives that somebody put on this server.
final class CpmoveFunctions {
    private final ArchiveFiles files;
    private final RestoreEnqueuer enqueuer;
    private final Accounts accounts;
    private final NewUsernameRules names;

    CpmoveFunctions(
            ArchiveFiles files,
            RestoreEnqueuer enqueuer,
            Accounts accounts,
            NewUsernameRules names) {
        this.names = names;
        this.files = files;
        this.enqueuer = enqueuer;
        this.accounts = accounts;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "list_cparchive_files",
                                Permission.ROOT,
                                "Lists archives of accounts in the usual folders"),
                        (_, _) -> list()),
                startRestore());
    }

    private WhmFunction startRestore() {
        return new WhmFunction(
                FunctionSpec.of(
                        "start_local_cpmove_restore",
                        Permission.ROOT,
                        "Restores an account from an archive on this server in the background",
                        required(
                                "cpmovepath",
                                ParameterSpec.Type.TEXT,
                                "The archive, absolute; a file of root's"),
                        optional(
                                "username",
                                ParameterSpec.Type.ACCOUNT,
                                "The name that the account gets here, else its own as the file's name says"),
                        flag("overwrite", false, "Restore over an account that exists"),
                        flag("dedicated_ip", false, "Give the account an address of its own"),
                        flag("delete_archive", false, "Remove the archive after a good restore"),
                        optional(
                                "restricted",
                                ParameterSpec.Type.FLAG,
                                "1, or left out: trust nothing in an archive that is not of this server;"
                                        + " 0: you vouch for it"),
                        optional(
                                        "update_a_records",
                                        ParameterSpec.Type.CHOICE,
                                        "Which zone records with the old server's address get this one's:"
                                                + " all, or those that the panel makes")
                                .oneOf("all", "basic")
                                .withDefault("all"),
                        optional(
                                        "mail_location",
                                        ParameterSpec.Type.TEXT,
                                        "Where mail will live; this server")
                                .withDefault(".existing")),
                this::start);
    }

    private Answer list() throws WhmException {
        ArchiveFiles.Listing listing;
        try {
            listing = files.list();
        } catch (IOException e) {
            throw Text.failed("The archive folders cannot be read", e);
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("quickrestore_files");
        for (ArchiveFiles.Found found : listing.found()) {
            list.addObject()
                    .put("file", found.file())
                    .put("path", found.folder())
                    .put("user", found.user());
        }
        return new Answer(Optional.of(data), "OK", listing.problems());
    }

    private Answer start(Caller caller, Arguments arguments) throws WhmException {
        String path = Values.path(arguments.text("cpmovepath"));
        requireArchive(path);
        AccountName user = user(arguments, path);
        if (!arguments.flag("overwrite") && accounts.find(user).isPresent()) {
            throw WhmException.refused(
                    "The account "
                            + Text.quoted(user.value())
                            + " exists already; set “overwrite” to restore over it.");
        }
        requireName(user);
        requireMailHere(arguments.text("mail_location"));
        RestoreEnqueuer.Accepted accepted =
                enqueuer.enqueue(
                        new RestoreEnqueuer.Wanted(
                                caller.user(), user.value(), "cpmove:" + user, false),
                        restoreArguments(arguments, user, path));
        if (!accepted.enqueued().added()) {
            throw WhmException.refused(
                    "A restore of " + Text.quoted(user.value()) + " is under way already.");
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("transfer_session_id", accepted.session());
        return Answer.ok(data);
    }

    private void requireArchive(String path) throws WhmException {
        try {
            files.require(path);
        } catch (NoSuchFileException _) {
            throw WhmException.refused("There is no archive " + Text.quoted(path) + ".");
        } catch (IOException e) {
            throw Text.badValue("cpmovepath", String.valueOf(e.getMessage()));
        }
    }

    private static AccountName user(Arguments arguments, String path) throws WhmException {
        if (arguments.has("username")) {
            return Values.account(arguments, "username");
        }
        return ArchiveFiles.user(path)
                .orElseThrow(() ->
                        WhmException.failure(
                                "Provide the “username” argument: the name of the archive does not"
                                        + " tell it."));
    }

    private void requireName(AccountName user) throws WhmException {
        String conflict = names.isAccount(user.value()) ? "" : names.conflict(user.value());
        if (!conflict.isEmpty()) {
            throw WhmException.refused(conflict);
        }
    }

    private static void requireMailHere(String location) throws WhmException {
        if (!location.equals(".local") && !location.equals(".existing")) {
            throw Text.badValue(
                    "mail_location", "this server has no linked nodes; use .local or .existing");
        }
    }

    private static RestoreArguments restoreArguments(
            Arguments arguments, AccountName user, String path) {
        boolean vouchedFor = arguments.has("restricted") && !arguments.flag("restricted");
        RestoredAs as =
                new RestoredAs(
                        arguments.has("username") ? RestoredAs.ANY : "",
                        "",
                        arguments.text("update_a_records").equals("basic"));
        return new RestoreArguments(
                        user.value(),
                        "",
                        "",
                        path,
                        RestoreArguments.Origin.LOCAL_CPMOVE,
                        arguments.flag("dedicated_ip"),
                        true,
                        true,
                        true,
                        List.of(),
                        List.of(),
                        vouchedFor,
                        arguments.flag("delete_archive"),
                        "")
                .under(user, as);
    }
}
