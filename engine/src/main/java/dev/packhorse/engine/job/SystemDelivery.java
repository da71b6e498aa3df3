package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.engine.system.SystemPacker;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/// Sends the system backup of a run to one destination, as one file, and removes the bundles there
/// that are older than the configuration keeps. Safe for many threads.
record SystemDelivery(
        TransportOpener opener, UploadJournals journals, StagingArea staging, SystemPacker packer) {
    private static final int MOST_BUNDLES = 10_000;

    /// @param folder the run's system backup in the backup directory
    /// @throws IOException if it cannot be sent; the same call may be made again
    void send(
            Path folder,
            SystemArguments run,
            Destination destination,
            BackupConfig config,
            Cancellation cancellation)
            throws IOException {
        LocalDate date = LocalDate.parse(run.date());
        try (WorkFolder work = staging.newFolder();
                Transport transport = opener.open(destination)) {
            Path bundle = work.path().resolve("bundle");
            try (FileChannel file =
                    FileChannel.open(
                            bundle,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            BackupDirectory.FILE_MODE)) {
                packer.bundle(
                        folder,
                        (bytes, offset, length) ->
                                write(file, ByteBuffer.wrap(bytes, offset, length)),
                        cancellation);
            }
            JournaledPuts puts =
                    new JournaledPuts(journals, destination.id(), transport, cancellation);
            Content content = FileContent.of(bundle);
            for (Tier tier : run.tiers()) {
                store(puts, SystemFolder.bundleKey(tier, date), content);
                prune(transport, tier, config.retention(tier), cancellation);
            }
        }
    }

    /// What an earlier try left is taken back within moments, so the run is worth another try.
    private static void store(JournaledPuts puts, ObjectKey key, Content content)
            throws IOException {
        try {
            puts.store(key, content);
        } catch (UploadJournals.TakenBackException e) {
            throw new TransportException(Kind.UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private static void write(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
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
