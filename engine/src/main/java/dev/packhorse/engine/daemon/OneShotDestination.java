package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.GoogleCredentials;
import dev.packhorse.engine.destination.LocalMounts;
import dev.packhorse.engine.destination.LocalPathRules;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.transport.decorator.ReadOnlyTransport;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Opens a configured destination in this process, to read from it. One thread.
public final class OneShotDestination implements AutoCloseable {
    private final Settings settings;
    private final Drivers drivers;
    private final LockedFolder work;

    public OneShotDestination(Settings settings, Drivers drivers) {
        this.settings = settings;
        this.drivers = drivers;
        long floor = settings.get(SettingKeys.BACKUP_FREE_SPACE_FLOOR).bytes();
        this.work = new LockedFolder(state().resolve("lookups"), floor);
    }

    /// Opens it for reading: whoever only looks changes nothing, not even by mistake. The caller
    /// closes it.
    ///
    /// @param destination its name, without regard to case, or its id
    /// @throws IOException if there is none, or it cannot be opened
    public Transport open(String destination) throws IOException {
        HostRoot root = new HostRoot(settings.get(SettingKeys.HOST_ROOT));
        SecretSeal seal = new SecretSeal(StateKey.DESTINATIONS.load(state()));
        DestinationStore store =
                new DestinationStore(root.resolve(DestinationStore.HOST_PATH), seal);
        GoogleCredentials google =
                new GoogleCredentials(state().resolve(GoogleCredentials.FOLDER), seal);
        // Nothing is written there, so no home can receive an archive.
        LocalPathRules paths =
                new LocalPathRules(
                        root.folder(), List::of, new LocalMounts(new SystemMounter(root.folder())));
        return new ReadOnlyTransport(
                new DestinationOpener(
                                paths,
                                drivers,
                                google,
                                new Speeds(settings, InstantSource.system()),
                                work)
                        .open(find(store, destination)));
    }

    /// Where what is fetched may lie: a folder of this process's own that only root can enter. What
    /// a killed process left there goes with the next one.
    public WorkPlace work() {
        return work;
    }

    private Path state() {
        return settings.get(SettingKeys.STATE);
    }

    /// Removes the folder of [#work()].
    @Override
    public void close() throws IOException {
        work.close();
    }

    private static Destination find(DestinationStore store, String wanted) throws IOException {
        DestinationStore.Contents contents = store.contents();
        List<String> names = new ArrayList<>();
        for (Destination each : contents.destinations()) {
            if (each.name().equalsIgnoreCase(wanted) || each.id().value().equals(wanted)) {
                return each;
            }
            names.add(each.name());
        }
        throw new IOException(
                "there is no destination “%s”, only: %s%s"
                        .formatted(
                                wanted,
                                String.join(", ", names),
                                contents.problems().isEmpty()
                                        ? ""
                                        : "; " + String.join("; ", contents.problems())));
    }
}
