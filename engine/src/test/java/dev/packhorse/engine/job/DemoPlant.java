package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.DatabaseDepth;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.component.registry.ComponentRegistry;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.gzip.GzipSettings;
import dev.packhorse.engine.hook.HookLimits;
import dev.packhorse.engine.hook.HookRunner;
import dev.packhorse.engine.hook.HookScript;
import dev.packhorse.engine.hook.HookStore;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionKind;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.CancellationSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The demonstration server with all that packs its accounts. Needs root, for files of other users.
final class DemoPlant {
    static final Instant NOW = Instant.parse("2026-03-07T09:05:06Z");

    final Path server;
    final PackingPlant plant;
    final CancellationSource cancellation = new CancellationSource();
    final HookStore hooks;
    private final SessionStore sessions;

    DemoPlant(Path folder, AccountComponent... further) throws IOException {
        this(folder, Optional.empty(), further);
    }

    DemoPlant(Path folder, Optional<MysqlServer> mysql, AccountComponent... further)
            throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        server = folder.resolve("server");
        DemoServer.write(server, 50);
        HostRoot root = new HostRoot(server);
        hooks = new HookStore(folder.resolve("hooks.json"));
        sessions = new SessionStore(folder.resolve("sessions"), () -> NOW, ZoneOffset.UTC);
        List<AccountComponent> components = new ArrayList<>(ComponentRegistry.standard().all());
        components.addAll(List.of(further));
        plant =
                new PackingPlant(
                        components,
                        new HostServices(
                                root, new CpanelAccountDirectory(root), DemoServer.HOSTNAME, mysql),
                        sessions,
                        StagingArea.open(folder.resolve("staging"), new ByteSize(0)),
                        new ManifestMac(new byte[ManifestMac.KEY_BYTES]),
                        GzipSettings.usual().withThreads(2),
                        false,
                        ArchiveDoubts.none(),
                        new HookRunner(hooks, new HookScript(server, HookLimits.USUAL)),
                        InstantSource.fixed(NOW),
                        "node1");
    }

    /// A packing into `/home` with everything as usual.
    static PkgacctArguments usual(String account) {
        return new PkgacctArguments(
                account,
                "",
                "/home",
                ArchiveNaming.CPMOVE,
                "UTC",
                true,
                List.of(),
                DatabaseDepth.ALL,
                "",
                0,
                false,
                false,
                false);
    }

    static PkgacctArguments without(PkgacctArguments usual, PkgacctChange change) {
        return new PkgacctArguments(
                usual.account(),
                usual.session(),
                usual.folder(),
                change.naming(),
                usual.zone(),
                change.compressed(),
                change.skips(),
                usual.databases(),
                usual.mysqlVersion(),
                change.partBytes(),
                change.lowPriority(),
                usual.incremental(),
                usual.useBackups());
    }

    /// What differs from the usual.
    record PkgacctChange(
            ArchiveNaming naming,
            boolean compressed,
            List<PackSkip> skips,
            long partBytes,
            boolean lowPriority) {
        static PkgacctChange skip(PackSkip skip) {
            return new PkgacctChange(ArchiveNaming.CPMOVE, false, List.of(skip), 0, false);
        }

        static PkgacctChange plain() {
            return new PkgacctChange(ArchiveNaming.CPMOVE, false, List.of(), 0, false);
        }

        static PkgacctChange named(ArchiveNaming naming) {
            return new PkgacctChange(naming, true, List.of(), 0, false);
        }

        static PkgacctChange parts(long bytes) {
            return new PkgacctChange(ArchiveNaming.CPMOVE, true, List.of(), bytes, false);
        }
    }

    /// Packs, and returns how it ended with its log.
    Done run(PkgacctArguments arguments) throws IOException {
        return run(arguments, JobId.random());
    }

    Done run(PkgacctArguments arguments, JobId job) throws IOException {
        SessionId session = sessions.createPkgacct(arguments.account()).id();
        JobHandler.Ended ended =
                new PkgacctHandler(plant).run(context(job, arguments.withSession(session.value())));
        String log =
                sessions.readEnd(SessionKind.PKGACCT, session, SessionStore.MASTER_LOG)
                        .orElseThrow()
                        .text();
        return new Done(ended, log);
    }

    record Done(JobHandler.Ended ended, String log) {}

    private JobContext context(JobId id, PkgacctArguments arguments) {
        return TestJob.of(id, JobKind.PKGACCT, arguments.account(), arguments, NOW, cancellation);
    }

    Path home(String name) {
        return server.resolve("home").resolve(name);
    }

    /// The names in the folder of the archives that are no homes.
    List<String> archives() throws IOException {
        try (var names = Files.list(server.resolve("home"))) {
            return names.map(each -> each.getFileName().toString())
                    .filter(each ->
                            !AccountName.isValid(each) || !DemoServer.ACCOUNTS.contains(each))
                    .sorted()
                    .toList();
        }
    }
}
