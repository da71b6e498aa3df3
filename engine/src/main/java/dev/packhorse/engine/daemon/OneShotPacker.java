package dev.packhorse.engine.daemon;

import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.component.DatabaseDepth;
import dev.packhorse.engine.component.MysqlComponent;
import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.component.PostgresComponent;
import dev.packhorse.engine.component.registry.ComponentRegistry;
import dev.packhorse.engine.hook.HookStore;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.job.ArchiveDoubts;
import dev.packhorse.engine.job.ArchiveNaming;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.PackingPlant;
import dev.packhorse.engine.job.PkgacctArguments;
import dev.packhorse.engine.job.PkgacctHandler;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.rootfile.TrustedPath;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Packs one account in this process, by the handler that a daemon's PKGACCT jobs have, without a
/// queue: whether a daemon runs or not makes no difference. The log is kept as a session of its own
/// below the state folder, where the API finds it too. One thread.
public final class OneShotPacker {
    private final Settings settings;
    private final Path state;

    public OneShotPacker(Settings settings) {
        this.settings = settings;
        this.state = settings.get(SettingKeys.STATE);
    }

    /// Packs to the end.
    ///
    /// @param log is given the session's text, or its lines of JSON, as it comes, with line ends
    /// @return how it ended; nothing half-made stays, whatever it is
    /// @throws DaemonStartException if the request or a setting cannot be used here, or if the same
    ///   account is being packed by another one-shot packing
    /// @throws IOException if the archive, the log or the working folder cannot be written
    public JobOutcome pack(PackRequest request, Consumer<String> log, Cancellation cancellation)
            throws DaemonStartException, IOException {
        if (!AccountName.isValid(request.account())) {
            throw config("“" + request.account() + "” is no name of an account", null);
        }
        AccountName name = new AccountName(request.account());
        Host host = Host.find(settings);
        String folder = folder(host, name, request.folder());
        prepareState();
        try (PackLock lock = PackLock.take(state, name)) {
            PkgacctHandler handler = new PkgacctHandler(plant(host, sessions(request, log), lock));
            JobRequest job =
                    JobRequest.of(
                            JobKind.PKGACCT,
                            name.value(),
                            "root",
                            JobJson.write(arguments(request, folder)));
            return handler.run(new OneShotContext(job, lock.job(), cancellation)).outcome();
        }
    }

    private PkgacctArguments arguments(PackRequest request, String folder) {
        return new PkgacctArguments(
                request.account(),
                "",
                folder,
                ArchiveNaming.CPMOVE,
                settings.get(SettingKeys.BACKUP_ZONE).getId(),
                request.compressed(),
                skips(request),
                DatabaseDepth.ALL,
                "",
                0,
                false,
                false,
                false);
    }

    private static List<PackSkip> skips(PackRequest request) {
        List<PackSkip> skips = new ArrayList<>();
        if (request.skipHome()) {
            skips.add(PackSkip.HOME);
        }
        if (request.skipDatabases()) {
            skips.add(PackSkip.DATABASES);
        }
        if (request.skipZones()) {
            skips.add(PackSkip.ZONES);
        }
        return skips;
    }

    private void prepareState() throws DaemonStartException {
        try {
            StateFolderLock.prepare(state);
        } catch (IOException e) {
            throw config("state folder " + state + ": " + e.getMessage(), e);
        }
    }

    private SessionStore sessions(PackRequest request, Consumer<String> log) {
        SessionStore sessions =
                new SessionStore(
                        state.resolve("sessions"),
                        InstantSource.system(),
                        settings.get(SettingKeys.BACKUP_ZONE));
        return request.serialized() ? sessions.withSerializedEcho(log) : sessions.withEcho(log);
    }

    private PackingPlant plant(Host host, SessionStore sessions, PackLock lock)
            throws DaemonStartException, IOException {
        InstantSource clock = InstantSource.system();
        try {
            return new PackingPlant(
                    ComponentRegistry.standard(new PostgresComponent(), new MysqlComponent()).all(),
                    host.services(),
                    sessions,
                    StagingArea.open(
                            lock.staging(), settings.get(SettingKeys.BACKUP_FREE_SPACE_FLOOR)),
                    new ManifestMac(StateKey.MANIFEST.load(state)),
                    Compression.of(settings),
                    false,
                    ArchiveDoubts.none(),
                    EventParts.hooks(
                            settings,
                            host.services().root(),
                            new HookStore(state.resolve(Administration.HOOKS_FILE))),
                    clock,
                    host.services().hostname());
        } catch (IllegalArgumentException e) {
            throw config(String.valueOf(e.getMessage()), e);
        }
    }

    /// The archive holds secrets and root writes it: never into a folder that a customer can
    /// change.
    private static String folder(Host host, AccountName name, String wanted)
            throws DaemonStartException, IOException {
        String folder = wanted.isEmpty() ? besideHome(host, name) : wanted;
        TrustedPath trusted = new TrustedPath(host.services().root().folder());
        try {
            Path place = trusted.folder(folder);
            if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                return folder;
            }
        } catch (IOException e) {
            throw config("the folder " + folder + ": " + e.getMessage(), e);
        }
        throw config("there is no folder " + folder + " on this server: make it first", null);
    }

    private static String besideHome(Host host, AccountName name)
            throws DaemonStartException, IOException {
        Account account =
                host.services()
                        .accounts()
                        .find(name)
                        .orElseThrow(() ->
                                config("there is no account " + name + " on this server", null));
        return account.home().substring(0, Math.max(1, account.home().lastIndexOf('/')));
    }

    private static DaemonStartException config(
            String message, @org.jspecify.annotations.Nullable Throwable cause) {
        return new DaemonStartException(DaemonStartException.Kind.CONFIG, message, cause);
    }
}
