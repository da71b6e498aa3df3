package dev.packhorse.engine.component.account;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.UnixAccountDirectory;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteName;
import java.io.IOException;
import java.util.List;

/// The file that says that the removal of an account has begun. It outlives a killed process and a
/// removal that failed on purpose: what is left of the account must not become its newest backup.
/// The end of the removal takes it away, and so does a restore that brought all of it back: one of
/// parts, or without the home, leaves an account that looks whole and is not.
public final class RemovalMark {
    private final HostFiles files;
    private final AccountName account;
    private final String path;

    private RemovalMark(HostFiles files, AccountName account, String path) {
        this.files = files;
        this.account = account;
        this.path = path;
    }

    public static RemovalMark of(HostServices services, AccountName account) {
        String folder =
                services.accounts().source().equals("cpanel")
                        ? "/var/cpanel/packhorse/removing/"
                        : UnixAccountDirectory.REMOVING;
        return new RemovalMark(new HostFiles(services.root()), account, folder + account);
    }

    /// Whether a removal has begun and not ended.
    public boolean stands() throws IOException {
        return files.stat(path).isPresent();
    }

    /// Why nothing is packed while it stands.
    public String refusal() {
        return "the removal of account "
                + account
                + " stopped half-way; remove it again, or restore all of it";
    }

    /// Sets the mark.
    public void set() throws IOException {
        files.writeText(path, "", FileRights.ofRoot(0600));
    }

    /// What the name begins with under which the removal of an account moves its home aside. No
    /// account's name has a full stop, so that this is the beginning of no other's.
    public static String aside(AccountName account) {
        return ".packhorse-removed-" + account + ".";
    }

    /// The homes that removals of the account moved aside and did not remove.
    ///
    /// @param home where its home is
    /// @return paths of the host
    public List<String> movedAside(String home) throws IOException {
        String above = home.substring(0, Math.max(home.lastIndexOf('/'), 0));
        if (above.isEmpty()) {
            return List.of();
        }
        return files.list(above).stream()
                .map(ByteName::toString)
                .filter(name -> name.startsWith(aside(account)))
                .map(name -> above + "/" + name)
                .toList();
    }

    /// Takes the mark away, if it is there.
    public void clear() throws IOException {
        files.remove(path);
    }
}
