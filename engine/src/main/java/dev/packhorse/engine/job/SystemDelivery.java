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
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Set;

/// Stores the bundle of a system backup at a destination, and removes the bundles there that are
/// older than the configuration keeps, unless they have the last dumps of databases. Safe for many
/// threads.
record SystemDelivery(TransportOpener opener, UploadJournals journals, InstantSource clock) {
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
            prune(transport, upload, config.retention(upload.tier()), cancellation);
        }
    }

    private void prune(
            Transport transport, UploadArguments upload, int kept, Cancellation cancellation)
            throws IOException {
        Tier tier = upload.tier();
        Set<LocalDate> dates = new HashSet<>();
        transport.list(
                "",
                object -> {
                    SystemFolder.bundleDate(tier, object.key()).ifPresent(dates::add);
                    return dates.size() < MOST_BUNDLES;
                },
                cancellation);
        LocalDate made = LocalDate.parse(upload.date());
        for (LocalDate old : SystemFolder.surplus(dates, made, clock.instant(), kept)) {
            if (!upload.lastDumps().keepAt(dates, old)) {
                cancellation.check();
                transport.delete(SystemFolder.bundleKey(tier, old));
            }
        }
    }
}
