package dev.packhorse.engine.component.account;

import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.host.BackupSwitches;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.host.UserEntry;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Makes an account that does not exist: its account file, its user, its home. Each step can be
/// done again, and the account file, or on a server without a panel the note that the user is an
/// account, comes first: it tells a user that a killed restore left half made from a user of the
/// system that happens to bear the name.
final class AccountMaker {
    private static final Pattern HOMES = Pattern.compile("/home[0-9]*");
    private static final int HOME_MODE = 0711;

    private final RestoreContext context;
    private final AccountName name;
    private final HostFiles files;
    private final UserDatabase users;
    private final RestoreNotes notes;

    AccountMaker(RestoreContext context, RestoreNotes notes) {
        this.context = context;
        this.name = context.account();
        this.files = new HostFiles(context.services().root());
        this.users = new UserDatabase(context.services().root());
        this.notes = notes;
    }

    /// Makes the account with its main domain.
    ///
    /// @param wantedUid the number it should have, if nobody else has it
    void make(ArchivedAccount archived, String mainDomain, OptionalInt wantedUid)
            throws ComponentException, IOException {
        boolean cpanel = context.services().accounts().source().equals("cpanel");
        Optional<UserEntry> user = users.find(name.value());
        boolean begun = cpanel ? files.stat(HostLayout.users(name)).isPresent() : isNoted();
        if (user.isPresent() && !begun) {
            throw new ComponentException(
                    "a user " + name + " exists on this server and is no hosting account");
        }
        if (cpanel && !begun) {
            String first =
                    AccountFile.render(
                            Map.of("USER", name.value(), "DNS", mainDomain, "OWNER", "root"));
            files.write(
                    HostLayout.users(name),
                    first.getBytes(StandardCharsets.UTF_8),
                    FileRights.ofRoot(0640));
        }
        if (user.isEmpty()) {
            String home = home(archived);
            requireFree(home, wantedUid);
            note();
            UserTools.of(context.services().root())
                    .add(
                            new NewUser(
                                    name,
                                    wantedUid,
                                    "",
                                    home,
                                    new ShellRules(files).closed(),
                                    "!"));
        }
    }

    private boolean isNoted() throws IOException {
        return BackupSwitches.knows(files, name);
    }

    /// On a server without a panel a user whose shell lets nobody in is an account only if that is
    /// noted: this one is made with such a shell, and may get back one.
    void note() throws IOException {
        if (!context.services().accounts().source().equals("cpanel")) {
            BackupSwitches.note(files, name);
        }
    }

    private void requireFree(String home, OptionalInt wantedUid)
            throws ComponentException, IOException {
        Optional<FileStat> there = files.stat(home);
        if (there.isPresent() && isLinkOfRoot(there.get())) {
            files.remove(home);
            notes.altered(home + ": a link there to another home gave way");
            return;
        }
        boolean foreign =
                there.isPresent()
                        && (wantedUid.isEmpty() || there.get().uid() != wantedUid.getAsInt())
                        && Identity.ofProcess().isRoot();
        if (foreign) {
            throw new ComponentException(
                    "the home "
                            + home
                            + " exists already and belongs to user number "
                            + there.get().uid()
                            + "; move it away and restore again");
        }
    }

    /// Homes that moved leave such links.
    private static boolean isLinkOfRoot(FileStat stat) {
        return stat.type() == FileType.SYMLINK && stat.uid() == 0;
    }

    /// Makes the home of an account that has none.
    void makeHome(UserEntry user) throws ComponentException, IOException {
        Optional<FileStat> there = files.stat(user.home());
        if (there.isEmpty()) {
            files.makeFolder(user.home(), new FileRights(HOME_MODE, user.uid(), user.gid()));
        } else if (there.get().type() == FileType.DIRECTORY
                && there.get().uid() != user.uid()
                && Identity.ofProcess().isRoot()) {
            throw new ComponentException(
                    "the home "
                            + user.home()
                            + " belongs to user number "
                            + there.get().uid()
                            + ", not to account "
                            + name);
        }
    }

    /// A folder that somebody else may write in is no place for homes.
    private void requireHomes(String folder) throws ComponentException, IOException {
        Optional<FileStat> there =
                HOMES.matcher(folder).matches() ? files.stat(folder) : Optional.empty();
        boolean fit =
                there.isPresent()
                        && there.get().type() == FileType.DIRECTORY
                        && (there.get().uid() == 0 || !Identity.ofProcess().isRoot());
        if (!fit) {
            throw new ComponentException(
                    folder
                            + " is no folder of homes on this server (get_homedir_roots lists them)");
        }
    }

    /// An account that exists stays where it is.
    void requireNotMoved(Account there) throws ComponentException {
        String homes = context.options().homes();
        if (!homes.isEmpty() && !there.home().equals(homes + "/" + name)) {
            throw new ComponentException(
                    "the account exists and its home is %s: a restore over it does not move it to %s"
                            .formatted(there.home(), homes));
        }
    }

    /// The folder that was asked for; else the archive's, if it is one of the usual ones and exists
    /// here.
    private String home(ArchivedAccount archived) throws ComponentException, IOException {
        String wanted = context.options().homes();
        if (!wanted.isEmpty()) {
            requireHomes(wanted);
            return wanted + "/" + name;
        }
        int slash = archived.home().lastIndexOf('/');
        String above = archived.home().substring(0, Math.max(slash, 0));
        if (HOMES.matcher(above).matches() && files.stat(above).isPresent()) {
            return above + "/" + name;
        }
        String home = "/home/" + name;
        if (!home.equals(archived.home())) {
            notes.altered("the home is " + home + ", not " + archived.home());
        }
        return home;
    }
}
