package dev.packhorse.engine.demo;

import dev.packhorse.engine.posix.AccountThread;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// Writes a small hosting server into a folder: everything a host root has, with seven accounts, in
/// a few seconds and less than 60 MB. The same on every run, down to times and, for root, owners; a
/// plain user gets a server whose accounts all have that user's number.
///
/// The accounts: `alice` has an addon domain, sub-domains, a parked domain, mailboxes, forwarders,
/// filters, an autoresponder, a crontab, zones, certificates and FTP logins; `bob` is a reseller
/// who owns `carol` and `gina`; `dave` is suspended; `erin` has 20,000 small files; `frank` has odd
/// names, links, modes, times, holes and special files; `gina` is described as having two
/// databases. The password of an account is its name followed by `-demo`.
public final class DemoServer {
    /// The password of `root` in its `etc/shadow`.
    public static final String ROOT_PASSWORD = "packhorse-demo";

    /// The server's name.
    public static final String HOSTNAME = "host.packhorse.example";

    /// The accounts, sorted.
    public static final List<String> ACCOUNTS =
            List.of("alice", "bob", "carol", "dave", "erin", "frank", "gina");

    /// How many small files `erin` has besides what every home has.
    public static final int SMALL_FILES = ErinHome.FILES;

    static final String ROOT_PASSWORD_HASH =
            "$6$packhorsedemo$szL4OcBu2/abEVDe7iiEqRU/E7e6fmnvslYZAZotvSzWiLmEEXwkWQ41zYcmT38pg3sVjpyw3Lx0OLHI4vv5z.";

    private DemoServer() {}

    /// Writes the server.
    ///
    /// @param folder absent or empty; its parents are made if they are missing
    /// @throws IOException if the folder is not empty, or writing fails; what was written then
    ///   stays
    public static void write(Path folder) throws IOException {
        write(folder, SMALL_FILES);
    }

    /// As [#write(Path)] with another number of small files for `erin`, for those who are in a
    /// hurry.
    public static void write(Path folder, int smallFiles) throws IOException {
        prepare(folder);
        DemoOwner owner = new DemoOwner(Identity.ofProcess());
        List<DemoAccount> accounts = DemoAccount.all(owner);
        try (Directory top = Directory.openTrusted(folder);
                DemoTree tree = new DemoTree(top)) {
            new SystemFiles(tree, owner).write(accounts);
            new PanelFiles(tree, owner).write(accounts);
            new ServiceFiles(tree, owner).write(accounts);
            new PanelRecords(tree, owner).write(accounts);
            for (DemoAccount account : accounts) {
                String home = account.home().substring(1);
                tree.folder(home, owner.rights(0711, account.uid(), account.gid()));
                try (Directory opened = top.openBeneath(BytePath.of(home))) {
                    writeHomeAs(account, opened, smallFiles);
                }
            }
            tree.finish();
        }
    }

    private static void prepare(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw new IOException("the folder " + folder + " is not empty; name another one");
            }
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void writeHomeAs(DemoAccount account, Directory home, int smallFiles)
            throws IOException {
        try {
            AccountThread.call(
                    new Identity(account.uid(), account.gid()),
                    () -> {
                        writeHome(account, home, smallFiles);
                        return ByteName.of("done");
                    });
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot write the home of " + account.name(), e);
        }
    }

    private static void writeHome(DemoAccount account, Directory home, int smallFiles)
            throws IOException {
        try (DemoTree tree = new DemoTree(home)) {
            switch (account.name().value()) {
                case "alice" -> new AliceHome(tree, account).write();
                case "erin" -> {
                    AliceHome.common(tree, account);
                    ErinHome.write(tree, smallFiles);
                }
                case "frank" -> {
                    AliceHome.common(tree, account);
                    new FrankHome(tree).write();
                }
                case "gina" -> {
                    AliceHome.common(tree, account);
                    new SiteTree(tree).plain("shop.gina.example", "shop.gina.example");
                }
                default -> AliceHome.common(tree, account);
            }
            tree.finish();
        }
    }
}
