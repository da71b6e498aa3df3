package dev.packhorse.engine.component.account;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.domain.AcceptedDomains;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.host.UserEntry;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// The module Account: the user, the home's folder and a first account file. An account that exists
/// is kept with its numbers, whatever the archive says. Packing writes what every archive has.
public final class AccountModule extends BasicComponent {
    private static final int FTP_FIELDS = 7;

    public AccountModule() {
        super(
                Components.ACCOUNT,
                "The account and its system user.",
                true,
                Set.of(Components.PRE_RESTORE_ACTIONS),
                Set.of(
                        "cp/USER",
                        "version",
                        "packaged_in_version",
                        "ips/related_ips",
                        "homedir_paths",
                        "meta/homedir_paths",
                        "meta/hostname",
                        "meta/mailserver",
                        "meta/dbprefix"));
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        Skeleton.pack(context, sink);
        return PackReport.EMPTY;
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        ArchivedAccount archived = ArchivedAccount.read(context, source);
        if (!archived.settings()
                .getOrDefault("USER", archived.name().value())
                .equals(archived.name().value())) {
            throw new ComponentException(
                    "the account file cp/" + archived.name() + " names another account");
        }
        RestoreNotes notes = new RestoreNotes();
        AccountMaker maker = new AccountMaker(context, notes);
        Optional<Account> there = context.services().accounts().find(context.account());
        if (there.isEmpty()) {
            DomainSet domains =
                    AcceptedDomains.of(
                            context, archived, "/home/" + context.account(), new RestoreNotes());
            maker.make(archived, domains.main(), wantedUid(context, source));
        } else {
            maker.requireNotMoved(there.get());
        }
        UserEntry user = user(context);
        if (user.uid() == 0 || user.gid() == 0) {
            throw new ComponentException(
                    "user " + user.name() + " has the number of root or its group");
        }
        maker.note();
        maker.makeHome(user);
        return notes.report(Map.of());
    }

    private static UserEntry user(RestoreContext context) throws ComponentException, IOException {
        AccountName name = context.account();
        return new UserDatabase(context.services().root())
                .find(name.value())
                .orElseThrow(() -> new ComponentException("user " + name + " was not made"));
    }

    /// The number that the account had, if this server made the archive: files of it that lie
    /// outside of the home stay its own.
    private static OptionalInt wantedUid(RestoreContext context, ArchiveSource source)
            throws IOException {
        if (context.restricted()) {
            return OptionalInt.empty();
        }
        String login = context.facts().account().value();
        for (String line : source.text("proftpdpasswd").orElse("").lines().toList()) {
            String[] fields = line.split(":", -1);
            if (fields.length == FTP_FIELDS
                    && fields[0].equals(login)
                    && fields[2].matches("[1-9][0-9]{3,8}")) {
                return OptionalInt.of(Integer.parseInt(fields[2]));
            }
        }
        return OptionalInt.empty();
    }
}
