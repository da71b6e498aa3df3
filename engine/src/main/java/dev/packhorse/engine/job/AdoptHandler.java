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
/// the old one was lost, or when the store was. An archive or a tree is taken up with the size and
/// digest of its manifest, whoever sealed that; a restore fetches it, checks it as a whole and
/// believes only what this server's key proves. Of an archive that lies there the size must be that
/// of the manifest, of a tree the digest that its mark tells. Nothing at the destination is
/// changed, and nothing is pruned there until somebody confirms. A killed run begins again; the
/// manifests of what is known already are not asked for again.
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
                FarCalls calls = new FarCalls(transport.traits())) {
            FarRuns far =
                    new FarRuns(
                            transport,
                            destination.get().type().keepsTrees(),
                            calls,
                            context.cancellation());
            FarManifests manifests =
                    new FarManifests(transport, mac, calls, context.cancellation());
            for (String run : far.runs()) {
                takeUp(unknown(far.archives(run), tally), manifests, tally, context);
            }
        } catch (CancelledException _) {
            return BackupHandler.cancelled(context);
        }
        return Ended.with(outcome(tally.result()));
    }

    /// Those that the catalog does not have as they are.
    private List<FarFound> unknown(List<FarFound> listed, Tally tally) {
        List<FarFound> unknown = new ArrayList<>();
        for (FarFound each : listed) {
            tally.found++;
            boolean known =
                    catalog.ofAccount(each.key().account()).stream()
                            .filter(point -> point.destination().equals(tally.destination))
                            .anyMatch(each::fits);
            if (!known) {
                unknown.add(each);
            }
        }
        return unknown;
    }

    private void takeUp(
            List<FarFound> archives, FarManifests manifests, Tally tally, JobContext context)
            throws IOException {
        for (int from = 0; from < archives.size(); from += BATCH) {
            List<FarFound> batch = archives.subList(from, Math.min(from + BATCH, archives.size()));
            List<FarManifests.Read> answers = manifests.read(batch);
            List<RestorePoint> points = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                point(batch.get(i), answers.get(i), tally).ifPresent(points::add);
            }
            tally.adopted += adoption.take(tally.destination, points);
            context.progress(JobJson.write(tally.result()));
        }
    }

    private Optional<RestorePoint> point(FarFound listed, FarManifests.Read answer, Tally tally) {
        return switch (answer) {
            case FarManifests.Read.None none -> {
                tally.leaveOut(listed, none.reason());
                yield Optional.empty();
            }
            case FarManifests.Read.Found found -> fitting(listed, found, tally);
        };
    }

    private Optional<RestorePoint> fitting(
            FarFound listed, FarManifests.Read.Found found, Tally tally) {
        ArchiveKey key = listed.key();
        RestorePoint point =
                new RestorePoint(
                        key.account(),
                        tally.destination,
                        key.tier(),
                        key.slot().date(),
                        key.key(),
                        found.archive().sizeBytes(),
                        found.archive().sha256(),
                        found.created(),
                        found.node(),
                        found.label());
        if (isOld(point)) {
            tally.leaveOut(
                    listed,
                    "it was packed at %s, before what was stored there".formatted(found.created()));
            return Optional.empty();
        }
        if (found.proven()) {
            tally.proven++;
        } else {
            tally.unproven++;
        }
        return Optional.of(point);
    }

    /// Whether it is an archive of an earlier day, or one earlier than the catalog's: it is sealed
    /// like any other, and would take the account back in time.
    private boolean isOld(RestorePoint point) {
        return point.slot().isAfter(point.packedAt())
                || catalog.ofAccount(point.account()).stream()
                        .filter(known -> known.destination().equals(point.destination()))
                        .filter(known -> known.tier() == point.tier())
                        .filter(known -> known.slot().equals(point.slot()))
                        .filter(known -> !known.sha256().equals(point.sha256()))
                        .anyMatch(known -> known.packedAt().isAfter(point.packedAt()));
    }

    private static JobOutcome outcome(AdoptResult result) {
        String json = JobJson.write(result);
        return result.leftOutCount() == 0
                ? new JobOutcome.Succeeded(json)
                : new JobOutcome.Partial(
                        json, result.leftOutCount() + " archives or trees could not be taken up");
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

        void leaveOut(FarFound listed, String reason) {
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
