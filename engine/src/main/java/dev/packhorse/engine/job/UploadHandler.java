package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.notify.Events;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.staging.InsufficientSpaceException;
import dev.packhorse.transport.spi.AlikeRange;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies one archive, its manifest and its index to a destination. The restore point enters the
/// catalog only after all were read back and have the digests that were sent, unless the place
/// itself proved that; what has another digest does not stay there. Where the place can copy, what
/// the account's newest archive there has in common with this one is not sent. An upload that was
/// cut short goes on where it was, in this process or a later one, and so does its proof. While a
/// destination is paused its uploads wait without using up their tries. What a later archive took
/// the place of is not sent. A tree is proven by the destination's driver, which compares all of
/// it. A system backup is sent as the file that it is made into, and has no row in the catalog.
public final class UploadHandler implements JobHandler {
    private static final Logger LOG = LoggerFactory.getLogger(UploadHandler.class);

    private static final Duration UNTIL_SPACE = Duration.ofMinutes(1);
    private static final Duration UNTIL_SPACE_THERE = Duration.ofMinutes(10);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration UNTIL_BUNDLED = Duration.ofSeconds(10);
    private static final Duration UNTIL_TAKEN_BACK = Duration.ofSeconds(10);

    private final ServerBackups backups;
    private final DestinationStore destinations;
    private final TransportOpener opener;
    private final UploadJournals journals;
    private final Catalog catalog;
    private final EarlierUploads earlier;
    private final ReplacedUploads replaced;
    private final UploadSources sources;
    private final LocalRelease release;
    private final Watching watching;
    private final InstantSource clock;
    private final String node;

    public UploadHandler(
            ServerBackups backups,
            DestinationStore destinations,
            TransportOpener opener,
            UploadJournals journals,
            Catalog catalog,
            JobQueue queue,
            UploadSources sources,
            LocalRelease release,
            Watching watching,
            InstantSource clock,
            String node) {
        this.backups = backups;
        this.destinations = destinations;
        this.opener = opener;
        this.journals = journals;
        this.catalog = catalog;
        this.earlier = new EarlierUploads(catalog);
        this.replaced = new ReplacedUploads(catalog, queue);
        this.sources = sources;
        this.release = release;
        this.watching = watching;
        this.clock = clock;
        this.node = node;
    }

    /// Who is told how uploads go.
    ///
    /// @param health which destinations are left alone
    /// @param notices told of those that are
    /// @param meter counts what arrived
    public record Watching(DestinationHealth health, Notices notices, TransferMeter meter) {
        /// An archive arrived and was proven.
        void arrived(DestinationId destination, long bytes, long nanos) {
            health.worked(destination);
            meter.arrived(destination, bytes, nanos);
        }

        /// A destination failed; people are told if it is left alone from now on.
        void failed(Destination destination, TransportException failure, Instant now) {
            health.failed(destination.id(), failure, now)
                    .ifPresent(paused -> {
                        LOG.atWarn()
                                .addKeyValue("destination", destination.name())
                                .addKeyValue("seconds", paused.left().toSeconds())
                                .addKeyValue("reason", paused.reason())
                                .log("destination paused");
                        notices.tell(
                                Events.destinationOff(
                                        destination.id().value(),
                                        destination.name(),
                                        "paused for " + paused.left().toMinutes() + " minutes",
                                        paused.reason()));
                    });
        }
    }

    @Override
    public JobKind kind() {
        return JobKind.UPLOAD;
    }

    @Override
    public Ended run(JobContext context) throws IOException, LeaseLostException {
        UploadArguments arguments =
                JobJson.read(context.lease().job().request().arguments(), UploadArguments.class);
        DestinationId id = new DestinationId(arguments.destination());
        Optional<Destination> destination = destinations.find(id);
        if (destination.isEmpty() || destination.get().disabled()) {
            String why = destination.isEmpty() ? "is not there any more" : "is disabled";
            destination.ifPresent(this::noteDisabled);
            return Ended.with(new JobOutcome.Failed("{}", "destination " + id + " " + why));
        }
        if (!arguments.system() && replaced.isReplaced(context.lease().job(), arguments)) {
            return Ended.with(
                    new JobOutcome.Superseded(
                            "the archive %s is not there any more: a later one took its place and is sent by an upload of its own"
                                    .formatted(arguments.archive())));
        }
        Optional<DestinationHealth.Paused> paused = watching.health().admit(id, clock.instant());
        if (paused.isPresent()) {
            return Ended.with(snoozed(destination.get(), paused.get()));
        }
        if (arguments.streamed()) {
            return confirmed(destination.get(), arguments);
        }
        Optional<UploadSource> source;
        try {
            source = sources.open(arguments, context.cancellation());
        } catch (InsufficientSpaceException e) {
            return Ended.with(withoutRoom(context, e));
        } catch (UnmadeBundleException e) {
            String reason = String.valueOf(e.getMessage());
            return Ended.with(
                    e.isBusy()
                            ? new JobOutcome.Snoozed(UNTIL_BUNDLED, reason)
                            : new JobOutcome.RetryAfter(UNTIL_SPACE, reason));
        }
        if (source.isEmpty()) {
            return Ended.with(
                    new JobOutcome.Failed(
                            "{}", "the archive " + arguments.archive() + " is not there any more"));
        }
        try (UploadSource from = source.get()) {
            Optional<JobOutcome> released =
                    sendOrLearnOfRelease(destination.get(), arguments, from, context);
            if (released.isPresent()) {
                return Ended.with(released.get());
            }
        }
        return arguments.system() ? Ended.with(new JobOutcome.Succeeded("{}")) : arrived(arguments);
    }

    /// What was streamed was proven when it arrived: it only has to be there still.
    private Ended confirmed(Destination destination, UploadArguments arguments)
            throws TransportException {
        ObjectKey archive = new ObjectKey(arguments.archive());
        try (Transport transport = opener.open(destination)) {
            Optional<ObjectInfo> there =
                    transport
                            .stat(archive)
                            .filter(object -> object.sizeBytes() == arguments.sizeBytes());
            if (there.isEmpty()) {
                return Ended.with(
                        new JobOutcome.Failed(
                                "{}",
                                "the archive %s was streamed to destination %s and is not there any more; back the account up again"
                                        .formatted(archive, destination.name())));
            }
            catalog.noteLock(destination.id(), archive, there.get().lockedUntil());
        } catch (TransportException e) {
            watching.failed(destination, e, clock.instant());
            throw e;
        }
        watching.health().worked(destination.id());
        return arrived(arguments);
    }

    private Ended arrived(UploadArguments arguments) {
        RestorePoint point =
                new RestorePoint(
                        new AccountName(arguments.account()),
                        new DestinationId(arguments.destination()),
                        arguments.tier(),
                        SlotName.parse(arguments.date()).date(),
                        new ObjectKey(arguments.archive()),
                        arguments.sizeBytes(),
                        arguments.sha256(),
                        clock.instant(),
                        node,
                        arguments.label());
        release.arrived(point.account());
        return new Ended(new JobOutcome.Succeeded("{}"), new FollowUp(List.of(point), List.of()));
    }

    /// Sends.
    ///
    /// @return empty if it was sent, else how the job goes on: the source was released meanwhile
    private Optional<JobOutcome> sendOrLearnOfRelease(
            Destination destination,
            UploadArguments arguments,
            UploadSource source,
            JobContext context)
            throws IOException, LeaseLostException {
        long began = System.nanoTime();
        long bytes;
        try {
            bytes = send(destination, arguments, source, context.cancellation());
        } catch (CancelledException e) {
            throw e;
        } catch (UploadJournals.TakenBackException e) {
            return Optional.of(
                    new JobOutcome.Snoozed(UNTIL_TAKEN_BACK, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            if (context.cancellation().isRequested()) {
                // It was called off, which says nothing of the place.
                throw e;
            }
            if (!source.isThere()) {
                return Optional.of(
                        new JobOutcome.Snoozed(
                                SOON, "its archive was released here and is sent from elsewhere"));
            }
            if (e instanceof TransportException failure) {
                Optional<TransportException> unread = failureOfSource(failure);
                if (unread.isPresent()) {
                    throw new IOException("its copy elsewhere cannot be read", unread.get());
                }
                if (isFullHere(failure)) {
                    return Optional.of(withoutRoom(context, failure));
                }
                watching.failed(destination, failure, clock.instant());
                if (failure.kind() == Kind.FULL && destination.type().isMetered()) {
                    return Optional.of(withoutRoomThere(context, destination, failure));
                }
            }
            throw e;
        }
        watching.arrived(destination.id(), bytes, System.nanoTime() - began);
        return Optional.empty();
    }

    /// The failure of the destination that an archive was read from, if it was that.
    private static Optional<TransportException> failureOfSource(TransportException failure) {
        Throwable cause = failure.getCause();
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (cause instanceof SourceException
                    && cause.getCause() instanceof TransportException) {
                return Optional.of((TransportException) cause.getCause());
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    /// What passes through this server has no room now.
    private static boolean isFullHere(TransportException failure) {
        return failure.kind() == Kind.FULL && !failure.isOfPlace();
    }

    /// Waits for room, but not for ever: pruning waits for uploads, and an archive may be larger
    /// than what this disk can ever give.
    private JobOutcome withoutRoom(JobContext context, IOException failure)
            throws LeaseLostException {
        RoomWait wait = RoomWait.of(context.lease().job(), clock.instant());
        context.mark(Optional.of(wait.toMark()));
        String reason = String.valueOf(failure.getMessage());
        return wait.isTooLong()
                ? new JobOutcome.Failed(
                        "{}",
                        "no room within %d hours of waiting, or %d days in all: %s; give that disk more room and retry this job"
                                .formatted(
                                        RoomWait.LONGEST.toHours(),
                                        RoomWait.LONGEST_IN_ALL.toDays(),
                                        reason))
                : new JobOutcome.Snoozed(UNTIL_SPACE, reason);
    }

    /// Waits for a quota or a cap to end, and not for ever either.
    private JobOutcome withoutRoomThere(
            JobContext context, Destination destination, IOException failure)
            throws LeaseLostException {
        RoomWait wait = RoomWait.of(context.lease().job(), clock.instant());
        context.mark(Optional.of(wait.toMark()));
        String reason = String.valueOf(failure.getMessage());
        return wait.isTooLongThere()
                ? new JobOutcome.Failed(
                        "{}",
                        "destination %s had no room for %d hours: %s; make room there or raise its limit, and retry this job"
                                .formatted(destination.name(), RoomWait.LONGEST.toHours(), reason))
                : new JobOutcome.Snoozed(
                        UNTIL_SPACE_THERE,
                        "destination " + destination.name() + " has no room: " + reason);
    }

    private static JobOutcome snoozed(Destination destination, DestinationHealth.Paused paused) {
        return new JobOutcome.Snoozed(
                paused.left(),
                "destination " + destination.name() + " is paused after: " + paused.reason());
    }

    private void noteDisabled(Destination destination) {
        watching.notices()
                .tell(
                        Events.destinationOff(
                                destination.id().value(),
                                destination.name(),
                                "disabled",
                                "an archive that was on its way stays here"));
    }

    private long send(
            Destination destination,
            UploadArguments arguments,
            UploadSource source,
            Cancellation cancellation)
            throws IOException {
        if (arguments.system()) {
            Content bundle = source.archive(List.of());
            new SystemDelivery(opener, journals, clock)
                    .send(destination, arguments, bundle, backups.config(), cancellation);
            return bundle.sizeBytes();
        }
        sendArchive(destination, arguments, source, cancellation);
        return arguments.sizeBytes();
    }

    private void sendArchive(
            Destination destination,
            UploadArguments arguments,
            UploadSource source,
            Cancellation cancellation)
            throws IOException {
        ObjectKey archive = new ObjectKey(arguments.archive());
        try (Transport transport = opener.open(destination);
                UploadJournals.Open journal =
                        journals.open(destination.id(), archive, arguments.sha256())) {
            // Before the new index takes the place of one that is of the same date.
            List<AlikeRange> alike =
                    earlier.alike(
                            transport,
                            new AccountName(arguments.account()),
                            destination.id(),
                            source.index(),
                            cancellation);
            JournaledPuts beside =
                    new JournaledPuts(journals, destination.id(), transport, cancellation);
            boolean replaces =
                    FarReplacement.keepManifest(
                            beside,
                            archive,
                            arguments.sha256(),
                            earlier.digestOf(
                                    new AccountName(arguments.account()),
                                    destination.id(),
                                    archive));
            for (Map.Entry<ObjectKey, Content> small : source.beside().entrySet()) {
                beside.store(small.getKey(), small.getValue());
            }
            if (ArchiveForm.of(archive.name()) == ArchiveForm.INCREMENTAL) {
                requireRoom(backups.config(), transport, arguments.sizeBytes());
                transport.putTree(
                        archive,
                        source.tree(
                                earlier.trees(
                                        new AccountName(arguments.account()), destination.id())),
                        journal,
                        cancellation);
            } else {
                ObjectInfo stored =
                        stored(
                                new ProvenPut(
                                        transport,
                                        archive,
                                        source.archive(alike),
                                        journal,
                                        List.of(
                                                BackupDirectory.indexKey(archive),
                                                BackupDirectory.manifestKey(archive),
                                                BackupDirectory.previousManifestKey(archive)),
                                        cancellation));
                catalog.noteLock(destination.id(), archive, stored.lockedUntil());
            }
            if (replaces) {
                transport.delete(BackupDirectory.previousManifestKey(archive));
            }
        }
    }

    /// What an earlier try has stored already took its room.
    private ObjectInfo stored(ProvenPut put) throws IOException {
        Optional<ObjectInfo> before = put.provenBefore();
        if (before.isPresent()) {
            return before.get();
        }
        requireRoom(backups.config(), put.transport(), put.content().sizeBytes());
        return put.run();
    }

    /// Asks a place that can tell for the free space that the configuration wants to be left there.
    ///
    /// @throws TransportException `FULL` if there would be less
    static void requireRoom(BackupConfig config, Transport transport, long sizeBytes)
            throws IOException {
        Optional<Capacity> capacity =
                config.isOn(ConfigKey.CHECK_MIN_FREE_SPACE)
                        ? transport.capacity()
                        : Optional.empty();
        if (capacity.isEmpty()) {
            return;
        }
        long wanted = config.minimumFreeBytes(capacity.get().totalBytes());
        if (capacity.get().freeBytes() - sizeBytes < wanted) {
            throw new TransportException(
                    Kind.FULL,
                    "put archive: %s are free there, and after this archive of %s less than the %s of min_free_space would be"
                            .formatted(
                                    new ByteSize(capacity.get().freeBytes()),
                                    new ByteSize(sizeBytes),
                                    new ByteSize(wanted)));
        }
    }
}
