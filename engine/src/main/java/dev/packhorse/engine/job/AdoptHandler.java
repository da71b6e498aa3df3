package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes up the restore points that lie at a destination into the catalog: on a new machine after
/// the old one was lost, or when the store was. An archive is taken up with the size and digest of
/// its manifest, whoever sealed that; a restore fetches the archive, checks it as a whole and
/// believes only what this server's key proves. Nothing at the destination is changed, and nothing
/// is pruned there until somebody confirms. A killed run begins again; what is known already is not
/// asked for again.
public final class AdoptHandler implements JobHandler {
    private static final int BATCH = 200;

    private final Catalog catalog;
    private final Adoption adoption;
    private final DestinationStore destinations;
    private final TransportOpener opener;
    private final ManifestMac mac;

    public AdoptHandler(
            Adoption adoption,
            DestinationStore destinations,
            TransportOpener opener,
            ManifestMac mac) {
        this.catalog = adoption.catalog();
        this.adoption = adoption;
        this.destinations = destinations;
        this.opener = opener;
        this.mac = mac;
    }

    @Override
    public JobKind kind() {
        return JobKind.ADOPT;
    }

    @Override
    public Ended run(JobContext context) throws IOException {
        AdoptArguments arguments =
                JobJson.read(context.lease().job().request().arguments(), AdoptArguments.class);
        DestinationId id = new DestinationId(arguments.destination());
        Optional<Destination> destination = destinations.find(id);
        if (destination.isEmpty()) {
            return Ended.with(
                    new JobOutcome.Failed("{}", "destination " + id + " is not there any more"));
        }
        Tally tally = new Tally(id);
        try (Transport transport = opener.open(destination.get());
                FarManifests manifests = new FarManifests(transport, mac, context.cancellation())) {
            FarRuns far = new FarRuns(transport, context.cancellation());
            for (String run : far.runs()) {
                takeUp(unknown(far.archives(run), tally), manifests, tally, context);
            }
        } catch (CancelledException _) {
            return BackupHandler.cancelled(context);
        }
        return Ended.with(outcome(tally.result()));
    }

    /// Those that the catalog does not have in this size.
    private List<FarRuns.Listed> unknown(List<FarRuns.Listed> listed, Tally tally) {
        List<FarRuns.Listed> unknown = new ArrayList<>();
        for (FarRuns.Listed each : listed) {
            tally.found++;
            boolean known =
                    catalog.ofAccount(each.key().account()).stream()
                            .anyMatch(point -> isOf(point, each, tally.destination));
            if (!known) {
                unknown.add(each);
            }
        }
        return unknown;
    }

    private static boolean isOf(RestorePoint point, FarRuns.Listed listed, DestinationId id) {
        return point.destination().equals(id)
                && point.archive().equals(listed.key().key())
                && point.sizeBytes() == listed.sizeBytes();
    }

    private void takeUp(
            List<FarRuns.Listed> archives, FarManifests manifests, Tally tally, JobContext context)
            throws IOException {
        for (int from = 0; from < archives.size(); from += BATCH) {
            List<FarRuns.Listed> batch =
                    archives.subList(from, Math.min(from + BATCH, archives.size()));
            List<FarManifests.Read> answers = manifests.read(batch);
            List<RestorePoint> points = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                point(batch.get(i), answers.get(i), tally).ifPresent(points::add);
            }
            tally.adopted += adoption.take(tally.destination, points);
            context.progress(JobJson.write(tally.result()));
        }
    }

    private static Optional<RestorePoint> point(
            FarRuns.Listed listed, FarManifests.Read answer, Tally tally) {
        return switch (answer) {
            case FarManifests.Read.None none -> {
                tally.leaveOut(listed, none.reason());
                yield Optional.empty();
            }
            case FarManifests.Read.Found found -> fitting(listed, found, tally);
        };
    }

    private static Optional<RestorePoint> fitting(
            FarRuns.Listed listed, FarManifests.Read.Found found, Tally tally) {
        ArchiveKey key = listed.key();
        if (!found.account().equals(key.account())
                || !found.archive().name().equals(key.key().name())
                || found.archive().sizeBytes() != listed.sizeBytes()) {
            tally.leaveOut(listed, "its manifest is that of another archive");
            return Optional.empty();
        }
        if (found.proven()) {
            tally.proven++;
        } else {
            tally.unproven++;
        }
        return Optional.of(
                new RestorePoint(
                        key.account(),
                        tally.destination,
                        key.tier(),
                        key.slot().date(),
                        key.key(),
                        listed.sizeBytes(),
                        found.archive().sha256(),
                        found.created(),
                        found.node(),
                        found.label()));
    }

    private static JobOutcome outcome(AdoptResult result) {
        String json = JobJson.write(result);
        return result.leftOutCount() == 0
                ? new JobOutcome.Succeeded(json)
                : new JobOutcome.Partial(
                        json, result.leftOutCount() + " archives could not be taken up");
    }

    /// What one run counts.
    private static final class Tally {
        private final DestinationId destination;
        private final List<String> named = new ArrayList<>();
        private long found;
        private long adopted;
        private long proven;
        private long unproven;
        private long leftOut;

        Tally(DestinationId destination) {
            this.destination = destination;
        }

        void leaveOut(FarRuns.Listed listed, String reason) {
            leftOut++;
            if (named.size() < AdoptResult.MAX_NAMED) {
                named.add(listed.key().key() + ": " + reason);
            }
        }

        AdoptResult result() {
            return new AdoptResult(found, adopted, proven, unproven, named, leftOut);
        }
    }
}
