package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.archive.JudgedArchive;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.ModuleProgress;
import dev.packhorse.engine.component.OneAccount;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackOptions;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.QuietLog;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreOptions;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.TestArchive;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.AccountThread;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.TreeMap;

/// A host root with one account, `demo`, whose home is empty at first. Its user number is one of
/// its own for root, else that of the tests.
final class HomeServer {
    /// How many files an archive has besides the home: account, list of homes, host name, list of
    /// the web server's files.
    static final long OTHER_FILES = 4;

    private static final int UID = 20_077;
    private static final ByteName NAME = ByteName.of("demo");

    final Path root;
    final Path home;
    final Path staging;
    final Account account;
    final Identity identity;
    private final Path homes;
    final HostServices services;

    HomeServer(Path folder) throws IOException {
        this(folder, true);
    }

    /// @param fresh whether the home is made, or there from another process
    HomeServer(Path folder, boolean fresh) throws IOException {
        Identity process = Identity.ofProcess();
        identity = process.isRoot() ? new Identity(UID, UID) : process;
        // the account must be able to reach its home where tests look at it from outside
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        root = folder.resolve("root");
        staging = Files.createDirectories(folder.resolve("staging"));
        homes = Files.createDirectories(root.resolve("home"));
        home = homes.resolve("demo");
        Path etc = Files.createDirectories(root.resolve("etc"));
        Files.writeString(etc.resolve("group"), "root:x:0:\nmail:x:12:\nusers:x:100:\n");
        account =
                new Account(
                        new AccountName("demo"),
                        identity.uid(),
                        identity.gid(),
                        "/home/demo",
                        "/bin/bash",
                        DomainSet.of("demo.example", "/home/demo/public_html"),
                        false,
                        new TreeMap<>());
        services =
                new HostServices(
                        new HostRoot(root),
                        new OneAccount(account),
                        "host.example",
                        Optional.empty());
        if (fresh) {
            makeHome();
        }
    }

    /// Takes the home away with all that is in it, and makes it anew.
    void wipe() throws IOException {
        try (Directory above = Directory.openTrusted(homes)) {
            above.removeTree(NAME);
        }
        makeHome();
    }

    private void makeHome() throws IOException {
        try (Directory above = Directory.openTrusted(homes);
                Directory made = above.makeDirectory(NAME, 0711)) {
            made.setOwner(identity.uid(), identity.gid());
            made.setMode(0711);
        }
    }

    /// Work on the home with the account's rights.
    @FunctionalInterface
    interface HomeWork {
        void run(Directory home) throws IOException;
    }

    void asAccount(HomeWork work) throws Exception {
        try (Directory opened = Directory.openTrusted(home)) {
            AccountThread.call(
                    identity,
                    () -> {
                        work.run(opened);
                        return NAME;
                    });
        }
    }

    PackReport pack(Path archive) throws IOException, ComponentException {
        return pack(archive, PackOptions.ALL);
    }

    PackReport pack(Path archive, PackOptions options) throws IOException, ComponentException {
        PackReport[] report = new PackReport[1];
        TestArchive.write(
                archive,
                "demo",
                identity,
                sink -> {
                    sink.addText("cp/demo", 0600, "USER=demo\nDNS=demo.example\n");
                    sink.addText("homedir_paths", 0600, "/home/demo\n");
                    sink.addText("meta/hostname", 0600, "host.example");
                    report[0] = new HomedirComponent().pack(context(options), sink);
                });
        return report[0];
    }

    /// Packs the home alone.
    PackReport packHome(HomedirComponent component, ArchiveSink sink)
            throws IOException, ComponentException {
        return component.pack(context(PackOptions.ALL), sink);
    }

    /// Packs the home alone, as a run does.
    PackReport pack(ArchiveSink sink) throws IOException, ComponentException {
        return packHome(new HomedirComponent(), sink);
    }

    /// What a module packs with.
    PackContext context(PackOptions options) {
        return new PackContext(
                account, services, options, staging, QuietLog.LOG, Cancellation.never());
    }

    RestoreReport restore(Path archive) throws IOException, ComponentException {
        return restore(archive, ArchiveTrust.PROVEN);
    }

    RestoreReport restore(Path archive, ArchiveTrust trust) throws IOException, ComponentException {
        return restore(archive, trust, new HomedirComponent(), ModuleProgress.NONE);
    }

    /// Restores with a module whose progress is kept.
    RestoreReport restore(
            Path archive, ArchiveTrust trust, HomedirComponent module, ModuleProgress progress)
            throws IOException, ComponentException {
        try (JudgedArchive source = TestArchive.open(archive, staging, trust)) {
            RestoreContext context =
                    new RestoreContext(
                            account.name(),
                            source.facts(),
                            services,
                            RestoreOptions.ALL,
                            trust == ArchiveTrust.RESTRICTED,
                            staging,
                            QuietLog.LOG,
                            Cancellation.never());
            return module.restore(context.with(progress), source);
        }
    }
}
