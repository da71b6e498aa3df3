package dev.packhorse.engine.component.home;

import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.KnownAfterwardsException;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Opens home directories.
final class HomeFolder {
    private static final int WRITABLE_BY_OTHERS = 0022;

    private HomeFolder() {}

    /// Opens an account's home, on a thread of the process's own identity. A link in the place of
    /// the home, or of a folder above it, is followed only if it stays below the host's root; the
    /// folder that holds the home must be root's alone, since whoever can write there decides what
    /// the home is.
    ///
    /// @throws ComponentException if there is no home, or it is not safe to open; the message names
    ///   it
    static Directory open(HostRoot root, Account account) throws ComponentException, IOException {
        if (root.rehearsal().isPresent()) {
            throw new KnownAfterwardsException("it works on the home that is restored first");
        }
        Path home = real(root, account);
        Path name = home.getFileName();
        Path above = home.getParent();
        if (name == null || above == null) {
            throw new ComponentException(
                    "the home of account " + account.name() + " is the root folder");
        }
        try (Directory folder = Directory.openTrusted(above)) {
            requireOwn(folder.stat(), above);
            return folder.open(ByteName.of(name.toString()));
        }
    }

    private static Path real(HostRoot root, Account account)
            throws ComponentException, IOException {
        try {
            Path home = root.resolve(account.home()).toRealPath();
            if (!home.startsWith(root.folder().toRealPath())) {
                throw new ComponentException(
                        "the home " + account.home() + " leads out of the host's root folder");
            }
            return home;
        } catch (NoSuchFileException e) {
            throw new ComponentException(
                    "the home directory " + account.home() + " does not exist", e);
        } catch (IllegalArgumentException e) {
            throw new ComponentException(
                    "account "
                            + account.name()
                            + " has an unusable home directory: "
                            + e.getMessage(),
                    e);
        }
    }

    private static void requireOwn(FileStat folder, Path path) throws ComponentException {
        int own = Identity.ofProcess().uid();
        boolean foreign = folder.uid() != own && folder.uid() != 0;
        if (foreign || (folder.mode() & WRITABLE_BY_OTHERS) != 0) {
            throw new ComponentException(
                    "folder "
                            + path
                            + " holds home directories but can be changed by others than root");
        }
    }
}
