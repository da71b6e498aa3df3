package dev.packhorse.engine.component.live;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.HomeMove;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostFormatException;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.Set;
import java.util.SortedMap;

/// The account that one module restores into, with what the module has to tell. The account is the
/// server's: its domains are those that it was given here, whatever the archive says. One thread.
///
/// @param context of the module
/// @param account as the server has it now
/// @param packedAs the name under which it was packed
/// @param oldHome its home where it was packed
/// @param files of the host
/// @param notes what is told
public record RestoreTarget(
        RestoreContext context,
        Account account,
        AccountName packedAs,
        String oldHome,
        HostFiles files,
        RestoreNotes notes) {

    /// Looks the account up.
    ///
    /// @throws ComponentException if it does not exist
    public static RestoreTarget of(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        AccountName packedAs = context.facts().account();
        return new RestoreTarget(
                context,
                Components.existing(context),
                packedAs,
                ArchivedAccount.home(source, packedAs),
                new HostFiles(context.services().root()),
                new RestoreNotes());
    }

    /// Whether nobody vouches for the archive.
    public boolean restricted() {
        return context.restricted();
    }

    /// The account's domains on this server, all kinds.
    public Set<String> domains() {
        return account.domains().all();
    }

    /// Whether a name is one of the account's domains or a host name below one.
    public boolean ownsHost(String name) {
        return domains().stream()
                .anyMatch(domain -> name.equals(domain) || name.endsWith("." + domain));
    }

    /// A path below the old home as it is below the account's home here; others stay.
    public String moved(String path) {
        return path.equals(oldHome) || path.startsWith(oldHome + "/")
                ? account.home() + path.substring(oldHome.length())
                : path;
    }

    /// For texts that name such paths.
    public HomeMove move() {
        return new HomeMove(oldHome, account.home());
    }

    /// The pairs of the archive's account file, unchecked.
    ///
    /// @throws ComponentException if it is absent or damaged
    public SortedMap<String, String> archivedSettings(ArchiveSource source)
            throws ComponentException, IOException {
        String path = "cp/" + packedAs;
        String text =
                source.text(path)
                        .orElseThrow(
                                () -> new ComponentException("the archive has no member " + path));
        try {
            return AccountFile.parse(path, text);
        } catch (HostFormatException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
    }
}
