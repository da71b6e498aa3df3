package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/// Stores the bundle of a system backup at a destination, and removes the bundles there that are
/// older than the configuration keeps. Safe for many threads.
record SystemDelivery(TransportOpener opener, UploadJournals journals) {
    private static final int MOST_BUNDLES = 10_000;

    /// @throws UploadJournals.TakenBackException while what an earlier try left is taken back
    /// @throws IOException if it cannot be sent; the same call may be made again
    void send(
            Destination destination,
            UploadArguments upload,
            Content bundle,
            BackupConfig config,
            Cancellation cancellation)
            throws IOException {
        try (Transport transport = opener.open(destination)) {
            new JournaledPuts(journals, destination.id(), transport, cancellation)
                    .store(
                            new ObjectKey(upload.archive()),
                            bundle,
                            () -> UploadHandler.requireRoom(config, transport, bundle.sizeBytes()));
            prune(transport, upload.tier(), config.retention(upload.tier()), cancellation);
        }
    }

    /// The newest is never removed, whatever is configured.
    private static void prune(Transport transport, Tier tier, int kept, Cancellation cancellation)
            throws IOException {
        NavigableSet<LocalDate> dates = new TreeSet<>(Comparator.reverseOrder());
        transport.list(
                "",
                object -> {
                    SystemFolder.bundleDate(tier, object.key()).ifPresent(dates::add);
                    return dates.size() < MOST_BUNDLES;
                },
                cancellation);
        List<ObjectKey> old =
                dates.stream()
                        .skip(Math.max(1, kept))
                        .map(date -> SystemFolder.bundleKey(tier, date))
                        .toList();
        for (ObjectKey key : old) {
            cancellation.check();
            transport.delete(key);
        }
    }
}
