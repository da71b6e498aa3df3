package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.job.RestoreArguments.Origin;
import dev.packhorse.engine.job.RestoredAs;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the arguments of `enqueue_transfer_item`. What would make a difference and cannot be done
/// here is refused, never ignored.
final class TransferItemForm {
    private static final String LOCAL = "AccountLocal";
    private static final String BACKUP = "LegacyAccountBackup";
    private static final ComponentName BANDWIDTH = new ComponentName("BandwidthData");

    private final ArchiveFiles files;
    private final Catalog catalog;
    private final Accounts accounts;
    private final NewUsernameRules names;

    TransferItemForm(
            ArchiveFiles files, Catalog catalog, Accounts accounts, NewUsernameRules names) {
        this.names = names;
        this.files = files;
        this.catalog = catalog;
        this.accounts = accounts;
    }

    static ParameterSpec[] parameters() {
        return new ParameterSpec[] {
            required(
                    "transfer_session_id",
                    ParameterSpec.Type.TEXT,
                    "The session, which must not have ended"),
            required("module", ParameterSpec.Type.TEXT, "Where the account comes from")
                    .oneOf(LOCAL, BACKUP),
            required("user", ParameterSpec.Type.ACCOUNT, "The account, as its archive names it"),
            required("localuser", ParameterSpec.Type.ACCOUNT, "The name that it gets here"),
            optional(
                    "cpmovefile",
                    ParameterSpec.Type.TEXT,
                    "AccountLocal: the archive, absolute, a file of root's; left out: the only one"
                            + " that list_cparchive_files shows of the account"),
            optional(
                    "restore_point",
                    ParameterSpec.Type.SLOT,
                    "LegacyAccountBackup: which local restore point; left out: the newest"),
            flag("force", false, "Restore over an account that exists"),
            flag("skipaccount", false, "Restore into an account that must exist"),
            flag("ip", false, "Give the account an address of its own"),
            optional(
                            "replaceip",
                            ParameterSpec.Type.CHOICE,
                            "Which zone records with the old server's address get this one's: all,"
                                    + " or those that the panel makes")
                    .oneOf("all", "basic")
                    .withDefault("all"),
            flag("skiphomedir", false, "Leave out the home"),
            flag("skipacctdb", false, "Leave out databases and their users"),
            flag("skipemail", false, "Leave out mail settings"),
            flag("skipsubdomains", false, "Leave out sub-domains and addon domains"),
            flag("skipbwdata", false, "Leave out traffic figures"),
            flag("skipres", false, "Leave out reseller rights"),
            flag("reseller", false, "Either value: rights come as the archive has them"),
            optional(
                    "overwrite_sameowner_dbs",
                    ParameterSpec.Type.FLAG,
                    "0: refuse what would replace databases of an account that exists"),
            optional(
                    "overwrite_sameowner_dbusers",
                    ParameterSpec.Type.FLAG,
                    "0: refuse what would replace database users of an account that exists"),
            flag("overwrite_with_delete", false, "Not done here: 1 is refused"),
            flag("shared_mysql_server", false, "Not done here: 1 is refused"),
            optional("customip", ParameterSpec.Type.TEXT, "Not done here: refused"),
            optional("mail_location", ParameterSpec.Type.TEXT, "Where mail will live; this server")
                    .withDefault(".existing"),
            optional("domain", ParameterSpec.Type.TEXT, "Has no effect: the archive tells it"),
            optional("detected_remote_user", ParameterSpec.Type.TEXT, "Has no effect"),
            optional("size", ParameterSpec.Type.TEXT, "Has no effect: the archive is measured")
        };
    }

    /// The restore that an item stands for.
    ///
    /// @param vouched whether root vouches for the session's archives
    RestoreArguments read(Arguments arguments, boolean vouched) throws WhmException {
        AccountName user = Values.account(arguments, "user");
        AccountName here = Values.account(arguments, "localuser");
        refuseWhatIsNotDone(arguments);
        refuseWrongName(arguments, user, here);
        refuseWrongAccount(arguments, here, vouched);
        boolean local = arguments.text("module").equals(LOCAL);
        String path = local ? archive(arguments, user) : "";
        String date = local ? "" : restorePoint(arguments, user);
        RestoredAs as =
                new RestoredAs(user.value(), "", arguments.text("replaceip").equals("basic"));
        return new RestoreArguments(
                        user.value(),
                        date,
                        local ? "" : DestinationId.LOCAL.value(),
                        path,
                        local ? Origin.TRANSFER_ARCHIVE : Origin.TRANSFER_BACKUP,
                        arguments.flag("ip"),
                        !arguments.flag("skipemail"),
                        !arguments.flag("skipacctdb"),
                        !arguments.flag("skipsubdomains"),
                        List.of(),
                        without(arguments),
                        vouched,
                        false,
                        "")
                .under(here, as);
    }

    /// Under another name an account is made, never changed.
    private void refuseWrongName(Arguments arguments, AccountName user, AccountName here)
            throws WhmException {
        if (user.equals(here)) {
            return;
        }
        for (String over : List.of("force", "skipaccount")) {
            if (arguments.flag(over)) {
                throw Text.badValue(over, "it needs “localuser” to be the same as “user”");
            }
        }
        String conflict = names.conflict(here.value());
        if (!conflict.isEmpty()) {
            throw WhmException.refused(conflict);
        }
    }

    private static List<String> without(Arguments arguments) {
        List<String> without = new ArrayList<>();
        addIf(arguments.flag("skiphomedir"), Components.HOMEDIR, without);
        addIf(arguments.flag("skipbwdata"), BANDWIDTH, without);
        addIf(arguments.flag("skipres"), Components.RESELLER, without);
        return without;
    }

    private static void addIf(boolean condition, ComponentName module, List<String> modules) {
        if (condition) {
            modules.add(module.value());
        }
    }

    private static void refuseWhatIsNotDone(Arguments arguments) throws WhmException {
        if (arguments.flag("overwrite_with_delete")) {
            throw Text.badValue(
                    "overwrite_with_delete",
                    "a restore replaces files of the same name and deletes no others; remove the"
                            + " account first (removeacct) if nothing of it is to stay");
        }
        if (arguments.flag("shared_mysql_server")) {
            throw Text.badValue(
                    "shared_mysql_server",
                    "databases are restored on this server; set “skipacctdb” to leave them alone");
        }
        if (arguments.has("customip")) {
            throw Text.badValue(
                    "customip",
                    "accounts get this server's address; see “ip” for one of their own");
        }
        String mail = arguments.text("mail_location");
        if (!mail.equals(".local") && !mail.equals(".existing")) {
            throw Text.badValue(
                    "mail_location", "this server has no linked nodes; use .local or .existing");
        }
    }

    private void refuseWrongAccount(Arguments arguments, AccountName user, boolean vouched)
            throws WhmException {
        boolean exists = accounts.find(user).isPresent();
        boolean force = arguments.flag("force");
        boolean into = arguments.flag("skipaccount");
        if (force && vouched) {
            throw Text.badValue(
                    "force",
                    "the session was made with “unrestricted_restore”; make one without to restore"
                            + " over accounts");
        }
        if (into && !exists) {
            throw Text.noUser(user.value());
        }
        if (exists && !force && !into) {
            throw WhmException.refused(
                    "The account "
                            + Text.quoted(user.value())
                            + " exists already; set “force” to restore over it.");
        }
        for (String kept : List.of("overwrite_sameowner_dbs", "overwrite_sameowner_dbusers")) {
            boolean keeps = arguments.has(kept) && !arguments.flag(kept);
            if (exists && keeps && !arguments.flag("skipacctdb")) {
                throw Text.badValue(
                        kept,
                        "databases and users of the archive replace those of the same name; set it"
                                + " to 1, or “skipacctdb” to leave them out");
            }
        }
    }

    private String archive(Arguments arguments, AccountName user) throws WhmException {
        if (!arguments.has("cpmovefile")) {
            return onlyArchive(user);
        }
        String path = Values.path(arguments.text("cpmovefile"));
        try {
            files.require(path);
            return path;
        } catch (NoSuchFileException _) {
            throw WhmException.refused("There is no archive " + Text.quoted(path) + ".");
        } catch (IOException e) {
            throw Text.badValue("cpmovefile", String.valueOf(e.getMessage()));
        }
    }

    private String onlyArchive(AccountName user) throws WhmException {
        List<String> found;
        try {
            found =
                    files.list().found().stream()
                            .filter(each -> each.user().equals(user.value()))
                            .map(each -> each.folder() + "/" + each.file())
                            .toList();
        } catch (IOException e) {
            throw Text.failed("The archive folders cannot be read", e);
        }
        if (found.isEmpty()) {
            throw WhmException.refused(
                    "Unable to find archive: no usual folder has one of "
                            + Text.quoted(user.value())
                            + "; name one with “cpmovefile”.");
        }
        if (found.size() > 1) {
            throw WhmException.refused(
                    "There are "
                            + found.size()
                            + " archives of "
                            + Text.quoted(user.value())
                            + ": "
                            + String.join(", ", found)
                            + "; choose one with “cpmovefile”.");
        }
        return found.getFirst();
    }

    private String restorePoint(Arguments arguments, AccountName user) throws WhmException {
        Optional<RestorePoint> point =
                arguments.has("restore_point")
                        ? catalog.find(
                                user,
                                DestinationId.LOCAL,
                                SlotName.parse(arguments.text("restore_point")))
                        : catalog.ofAccount(user).stream()
                                .filter(each -> each.destination().isLocal())
                                .findFirst();
        return point.map(each -> each.slot().toString())
                .orElseThrow(() ->
                        WhmException.refused(
                                "Unable to find archive: there is no such restore point of "
                                        + Text.quoted(user.value())
                                        + " on this server."));
    }
}
