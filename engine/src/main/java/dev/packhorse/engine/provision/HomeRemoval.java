package dev.packhorse.engine.provision;

import dev.packhorse.engine.component.account.RemovalMark;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.host.UserEntry;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/// Removes one account's home. It is judged first, then moved aside under a name of ours, and only
/// then removed: who works on accounts finds it whole or not at all. Nothing that a customer put
/// into it leads out of it, since links are removed and never followed.
final class HomeRemoval {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final int OTHERS_MAY_WRITE = 0022;

    private final HostRoot root;
    private final HostFiles files;
    private final Account account;
    private final String above;
    private final ByteName name;

    HomeRemoval(HostRoot root, Account account) {
        this.root = root;
        this.files = new HostFiles(root);
        this.account = account;
        int slash = account.home().lastIndexOf('/');
        this.above = account.home().substring(0, Math.max(slash, 0));
        this.name = ByteName.of(account.home().substring(slash + 1));
    }

    /// Refuses a home that is not the account's alone.
    ///
    /// @param panel whether homes lie in the panel's folders
    void judge(boolean panel) throws ProvisionException, IOException {
        String home = account.home();
        if (above.isEmpty() || (panel && !above.matches("(?:/usr)?/home[0-9]*"))) {
            throw refusal("does not lie in a folder of homes");
        }
        for (UserEntry other : new UserDatabase(root).users()) {
            boolean within = other.home().equals(home) || other.home().startsWith(home + "/");
            if (within && !other.name().equals(account.name().value())) {
                throw refusal("is or contains the home of user " + other.name());
            }
        }
        judgeFolders();
        Optional<String> mount = mountWithin();
        if (mount.isPresent()) {
            throw refusal("has something mounted at " + mount.get() + "; unmount it first");
        }
    }

    private void judgeFolders() throws ProvisionException, IOException {
        Optional<FileStat> parent = files.stat(above);
        Optional<FileStat> there = files.stat(account.home());
        if (parent.isEmpty() || there.isEmpty()) {
            return;
        }
        if (there.get().type() != FileType.DIRECTORY) {
            throw refusal("is no folder");
        }
        if (!Identity.ofProcess().isRoot()) {
            return;
        }
        if (there.get().uid() != account.uid()) {
            throw refusal("belongs to user number " + there.get().uid() + ", not to the account");
        }
        if (parent.get().uid() != 0 || (parent.get().mode() & OTHERS_MAY_WRITE) != 0) {
            throw refusal("lies in a folder that others than root can change");
        }
    }

    private ProvisionException refusal(String why) {
        return new ProvisionException(
                "the home "
                        + account.home()
                        + " "
                        + why
                        + "; nothing was changed. Put the account's home right in /etc/passwd, or"
                        + " move the files away");
    }

    /// A mount point at the home or below it, as the host knows it.
    private Optional<String> mountWithin() throws IOException {
        String top = root.folder().toString();
        String home = (top.equals("/") ? "" : top) + account.home();
        try (Stream<String> lines = Files.lines(MOUNTS, StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> line.split(" ", -1))
                    .filter(fields -> fields.length > 4)
                    .map(fields -> fields[4].replace("\\040", " "))
                    .filter(point -> point.equals(home) || point.startsWith(home + "/"))
                    .findFirst();
        }
    }

    /// Moves the home aside; an absent one is fine.
    void moveAside() throws IOException {
        if (files.stat(account.home()).isEmpty()) {
            return;
        }
        try (Directory folder = files.open(above)) {
            ByteName aside = ByteName.of(prefix() + UUID.randomUUID());
            folder.renameIfAbsent(name, folder, aside);
            folder.sync();
        }
    }

    /// Removes what was moved aside, now or by a run that was killed.
    void removeAside() throws IOException {
        if (files.stat(above).isEmpty()) {
            return;
        }
        try (Directory folder = files.open(above)) {
            for (ByteName each : folder.list()) {
                if (each.toString().startsWith(prefix())) {
                    folder.removeTree(each);
                }
            }
            folder.sync();
        }
    }

    private String prefix() {
        return RemovalMark.aside(account.name());
    }
}
