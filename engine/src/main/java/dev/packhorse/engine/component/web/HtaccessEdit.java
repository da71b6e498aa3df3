package dev.packhorse.engine.component.web;

import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.home.HomeWork;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/// Changes the `.htaccess` files at the top of an account's sites, as the account.
final class HtaccessEdit {
    static final ByteName FILE = ByteName.of(".htaccess");
    private static final int MAX_BYTES = 1 << 20;

    private HtaccessEdit() {}

    /// Does something in the folder of each site of a restored account, as the account.
    static void inEach(RestoreTarget target, FolderWork work)
            throws ComponentException, IOException {
        inEach(target.context().services().root(), target.account(), target.notes()::skipped, work);
    }

    /// Does something in the folder of each site, as the account.
    ///
    /// @param skipped is told of folders that the account itself closed
    static void inEach(HostRoot root, Account account, Consumer<String> skipped, FolderWork work)
            throws ComponentException, IOException {
        boolean _ =
                HomeWork.in(
                        root,
                        account,
                        home -> {
                            for (String site : SiteFolders.inHome(account)) {
                                inOne(home, site, skipped, work);
                            }
                            return true;
                        });
    }

    /// A folder that the account itself closed keeps its rules, which is told.
    private static void inOne(
            Directory home, String site, Consumer<String> skipped, FolderWork work)
            throws IOException {
        Optional<Directory> folder = HomeWork.open(home, site);
        if (folder.isPresent()) {
            try (Directory opened = folder.get()) {
                work.in(site, opened);
            } catch (PosixException e) {
                skipped.accept(site + "/.htaccess: not changed, " + e.getMessage());
            }
        }
    }

    /// The text of a file of rules, empty if there is none that could be changed.
    static Optional<String> text(Directory folder, ByteName name) throws IOException {
        return HomeWork.text(folder, name, MAX_BYTES);
    }

    /// Puts a changed file in place, with the mode that it had.
    static void replace(Directory folder, String text) throws IOException {
        int mode = folder.find(FILE).map(FileStat::mode).orElse(0644) & 0777;
        HomeWork.replace(folder, FILE, text, mode);
    }

    /// Work in the folder of a site.
    @FunctionalInterface
    interface FolderWork {
        /// Does it.
        ///
        /// @param site its folder, relative to the home
        void in(String site, Directory folder) throws IOException;
    }
}
