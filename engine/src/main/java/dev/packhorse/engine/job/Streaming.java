package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.plan.Plan;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Chooses the archives that are packed straight into an upload, without a file in the backup
/// directory: where archives do not stay there (`keeplocal: 0`) and one destination alone takes
/// them, which takes streams and has nothing under the key. All others, and whatever failed once,
/// go by way of a file, whose upload can be taken up again. Safe for many threads.
public final class Streaming {
    private static final Logger LOG = LoggerFactory.getLogger(Streaming.class);

    /// In the place of a digest in the name of a journal: a stream has none.
    private static final String STREAM = "stream";

    private final Use use;
    private final ServerBackups backups;
    private final DestinationStore destinations;
    private final TransportOpener opener;
    private final UploadJournals journals;
    private final Catalog catalog;
    private final UploadHandler.Watching watching;

    /// When archives are streamed.
    public enum Use {
        /// Never.
        OFF,
        /// Where the archive before is of no use: it is not in the backup directory, and the
        /// destination would not copy what has not changed since.
        AUTO,
        /// Wherever it is possible; everything is packed and sent each time.
        ALWAYS;

        /// The use of a configured word.
        public static Use of(String word) {
            return switch (word) {
                case "off" -> OFF;
                case "auto" -> AUTO;
                case "always" -> ALWAYS;
                default -> throw new IllegalArgumentException("no use of streams: " + word);
            };
        }
    }

    public Streaming(
            Use use,
            ServerBackups backups,
            DestinationStore destinations,
            TransportOpener opener,
            UploadJournals journals,
            Catalog catalog,
            UploadHandler.Watching watching) {
        this.use = use;
        this.backups = backups;
        this.destinations = destinations;
        this.opener = opener;
        this.journals = journals;
        this.catalog = catalog;
        this.watching = watching;
    }

    /// Who is told how a stream went.
    UploadHandler.Watching watching() {
        return watching;
    }

    /// Whether an archive may be streamed at all. One that belongs to several calendars is stored
    /// once for each, which takes a file.
    boolean mayApply(BackupConfig config, BackupArguments arguments) {
        return use != Use.OFF
                && !config.isOn(ConfigKey.KEEPLOCAL)
                && !BackupContents.isTree(config)
                && arguments.tiers().size() == 1;
    }

    /// The destination for the archive of a job that [#mayApply] allows, open; empty if it goes by
    /// way of a file.
    ///
    /// @throws IOException if configuration or backup directory cannot be read
    Optional<StreamTarget> choose(
            PackingPlant plant,
            BackupConfig config,
            Job job,
            BackupArguments arguments,
            Optional<Plan> plan,
            ObjectKey archive)
            throws IOException {
        DestinationStore.Contents contents = destinations.contents();
        List<Destination> taking = BackupUploads.taking(contents, plan);
        // A destination whose settings cannot be read may want the archive, too.
        if (taking.size() != 1 || contents.lacksOneForArchives()) {
            return Optional.empty();
        }
        Destination only = taking.getFirst();
        AccountName account = new AccountName(arguments.account());
        if (job.attempts() > 1) {
            takeBackLeft(only, archive);
            return Optional.empty();
        }
        // A stream would hold its slot as long as the packing takes.
        if (only.slots().isPresent()) {
            return Optional.empty();
        }
        if (watching.health().paused(plant.clock().instant()).containsKey(only.id())
                || (use == Use.AUTO && hasEarlierHere(plant, config, account, archive))) {
            return Optional.empty();
        }
        return open(only, archive, config, newestThere(account, only));
    }

    private boolean hasEarlierHere(
            PackingPlant plant, BackupConfig config, AccountName account, ObjectKey archive)
            throws IOException {
        if (!plant.reuse()) {
            return false;
        }
        String suffix = archive.name().substring(account.value().length());
        Optional<EarlierArchives.Opened> earlier =
                new EarlierArchives(plant.mac(), plant.unsound(), Streaming::tell)
                        .newest(backups.directory(config), account, suffix);
        if (earlier.isPresent()) {
            earlier.get().close();
        }
        return earlier.isPresent();
    }

    private static void tell(String unreadable) {
        LOG.atWarn().addKeyValue("reason", unreadable).log("an earlier archive is passed over");
    }

    private Optional<RestorePoint> newestThere(AccountName account, Destination destination) {
        return catalog.ofAccount(account).stream()
                .filter(point -> point.destination().equals(destination.id()))
                .findFirst();
    }

    /// A destination that cannot be asked now gets a file, whose upload waits for it.
    private Optional<StreamTarget> open(
            Destination destination,
            ObjectKey archive,
            BackupConfig config,
            Optional<RestorePoint> newest) {
        try {
            Transport transport = opener.open(destination);
            boolean used = false;
            try {
                if (!fits(transport, archive, config, newest)) {
                    return Optional.empty();
                }
                StreamTarget target =
                        new StreamTarget(
                                destination,
                                archive,
                                transport,
                                journals.open(destination.id(), archive, STREAM),
                                journals);
                used = true;
                return Optional.of(target);
            } finally {
                if (!used) {
                    transport.close();
                }
            }
        } catch (IOException e) {
            LOG.atInfo()
                    .addKeyValue("destination", destination.name())
                    .addKeyValue("archive", archive)
                    .addKeyValue("reason", e.getMessage())
                    .log("cannot be streamed to: the archive goes by way of a file");
            return Optional.empty();
        }
    }

    private boolean fits(
            Transport transport,
            ObjectKey archive,
            BackupConfig config,
            Optional<RestorePoint> newest)
            throws IOException {
        TransportTraits traits = transport.traits();
        if (!traits.takesStreams()
                || (use == Use.AUTO && traits.copiesRanges() && newest.isPresent())
                || newest.filter(point -> mayBecomeTooLong(point, traits)).isPresent()
                || transport.stat(archive).isPresent()) {
            return false;
        }
        UploadHandler.requireRoom(
                config, transport, newest.map(RestorePoint::sizeBytes).orElse(0L));
        return true;
    }

    /// The next archive may be larger by a quarter. A stream that is too long is sent in vain.
    private static boolean mayBecomeTooLong(RestorePoint newest, TransportTraits traits) {
        long longest = traits.maxStreamBytes().orElse(Long.MAX_VALUE);
        return newest.sizeBytes() > longest - longest / 5;
    }

    /// What a stream left whose process died. The sweep of abandoned uploads tries again.
    private void takeBackLeft(Destination destination, ObjectKey archive) {
        try (UploadJournals.Open journal = journals.open(destination.id(), archive, STREAM)) {
            Optional<UploadState> left = journal.recorded();
            if (left.isPresent()) {
                try (Transport transport = opener.open(destination)) {
                    transport.abandon(left.get());
                }
                journal.clear();
            }
        } catch (IOException e) {
            LOG.atInfo()
                    .addKeyValue("destination", destination.name())
                    .addKeyValue("archive", archive)
                    .addKeyValue("reason", e.getMessage())
                    .log("what a stream left there cannot be removed yet");
        }
    }
}
