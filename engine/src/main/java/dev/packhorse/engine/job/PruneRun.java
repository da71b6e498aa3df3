package dev.packhorse.engine.job;

import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.retention.Decision;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One prune of one place: each point is marked, removed, and dropped from the catalog, in this
/// order and at a bounded pace. One thread.
///
/// Source: reliability-security, notes b36 to b40 of the fault matrix.
final class PruneRun {
    private final PrunePlanner planner;
    private final PrunedPlace place;
    private final PrunePlanner.Wanted wanted;
    private final JobContext context;
    private final SessionLog log;
    private final Pace pace;
    private final List<String> warnings = new ArrayList<>();
    private final List<RestorePoint> gone = new ArrayList<>();
    private int removed;
    private int kept;
    private int left;
    private int folders;
    private long bytes;
    private String folder = "";

    PruneRun(
            PrunePlanner planner,
            PrunedPlace place,
            PrunePlanner.Wanted wanted,
            JobContext context,
            SessionLog log) {
        this.planner = planner;
        this.place = place;
        this.wanted = wanted;
        this.context = context;
        this.log = log;
        this.pace = new Pace(planner.policy().deletesPerSecond());
    }

    /// Plans and carries out.
    ///
    /// @param forgetMissing whether points whose archives are gone are dropped first
    /// @return what stopped it, empty if nothing did
    Optional<String> carryOut(boolean forgetMissing) throws IOException {
        PrunePlan plan = planner.plan(wanted);
        left = plan.total();
        kept = plan.decisions().size();
        if (!plan.brakes().isEmpty()) {
            return Optional.of(told(String.join("; ", plan.brakes())));
        }
        endBegun();
        if (forgetMissing) {
            forget(plan);
            plan = planner.plan(wanted);
            left = plan.total();
            kept = plan.decisions().size();
        }
        if (!plan.removals().isEmpty()) {
            Optional<String> missing = missing(plan);
            if (missing.isPresent()) {
                return Optional.of(told(missing.get()));
            }
            removeAll(plan);
        }
        sweep(plan.today());
        log.line("%d points removed, %d kept".formatted(removed, kept));
        return Optional.empty();
    }

    private String told(String brake) {
        log.warn("Nothing is pruned: " + brake);
        return brake;
    }

    /// Removals that a crash cut short were decided before. What is needed since keeps its mark: a
    /// job may have put another archive there. One that did so while others were removed has taken
    /// the mark away.
    private void endBegun() throws IOException {
        for (RestorePoint point : planner.catalog().deleting()) {
            if (point.destination().equals(wanted.destination())
                    && planner.ours().test(point)
                    && !isNeeded(point)
                    && planner.catalog().deleting().contains(point)) {
                log.line("Going on with " + point.archive());
                erase(point);
            }
        }
    }

    private Optional<String> missing(PrunePlan plan) throws IOException {
        List<RestorePoint> points = plan.points();
        PrunedPlace.Found found = place.look(points, context.cancellation());
        List<RestorePoint> missing = stillCatalogued(found.missing());
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                found.archives() == 0
                        ? "none of the %d archives that should be there is there"
                                .formatted(points.size())
                        : "%d of %d archives are not there, as %s; if they are lost for good: packhorse prune --destination %s --forget-missing"
                                .formatted(
                                        missing.size(),
                                        points.size(),
                                        missing.getFirst().archive(),
                                        wanted.destination()));
    }

    /// Others remove points, too, as the release of what every destination has.
    private List<RestorePoint> stillCatalogued(List<RestorePoint> points) {
        return points.stream()
                .filter(point ->
                        planner.catalog().copiesOf(point.account()).stream()
                                .anyMatch(copy -> copy.point().equals(point)))
                .toList();
    }

    /// Drops what is gone for good. A place where nothing is left is not believed.
    private void forget(PrunePlan plan) throws IOException {
        PrunedPlace.Found found = place.look(plan.points(), context.cancellation());
        if (found.archives() == 0) {
            return;
        }
        for (RestorePoint point : stillCatalogued(found.missing())) {
            if (!isNeeded(point) && mark(point) && erase(point)) {
                log.warn("Forgot " + point.archive() + ", which is not there any more");
            }
        }
    }

    private void removeAll(PrunePlan plan) throws IOException {
        for (Decision decision : plan.removals()) {
            pace.await(context.cancellation());
            remove(decision);
            context.progress(JobJson.write(new Progress("pruning", removed, bytes, 0, "")));
        }
    }

    private void remove(Decision decision) throws IOException {
        RestorePoint point = decision.point();
        if (isNeeded(point) || isLocked(point)) {
            return;
        }
        tellFolder(point);
        if (mark(point) && erase(point)) {
            removed++;
            kept--;
            left--;
            bytes += point.sizeBytes();
            log.line(
                    "Removed %s: %s"
                            .formatted(point.archive(), String.join(", ", decision.reasons())));
        }
    }

    /// One that was replaced or dropped since is not marked.
    private boolean mark(RestorePoint point) {
        try {
            planner.catalog().markDeleting(point);
            return true;
        } catch (IllegalStateException e) {
            log.line("Keeping %s: %s".formatted(point.archive(), e.getMessage()));
            return false;
        }
    }

    private boolean isNeeded(RestorePoint point) {
        Optional<String> needed = InUse.of(planner.queue(), point.account()).reason(point);
        needed.ifPresent(why -> log.line("Keeping %s: %s".formatted(point.archive(), why)));
        return needed.isPresent();
    }

    /// Asks the place itself: archives that were taken up, and those whose lock was made longer,
    /// have another one than was noted. What it tells counts in the next plan.
    private boolean isLocked(RestorePoint point) throws IOException {
        Optional<Instant> until = place.lockedUntil(point);
        if (until.isEmpty() || isOver(until.get())) {
            return false;
        }
        planner.catalog().noteLock(point.destination(), point.archive(), until);
        log.line(
                "Keeping %s: locked until %s"
                        .formatted(
                                point.archive(), LocalDate.ofInstant(until.get(), ZoneOffset.UTC)));
        return true;
    }

    /// As the plan counts: a lock holds to the end of its last day.
    private boolean isOver(Instant until) {
        return LocalDate.ofInstant(until, ZoneOffset.UTC).isBefore(planner.guard().today());
    }

    private void tellFolder(RestorePoint point) {
        String next = place.folder(point);
        if (!next.equals(folder)) {
            folder = next;
            log.line("Pruning backup directory: " + folder);
        }
    }

    /// Removes a marked point. What this very object is refused for must not keep the others; the
    /// mark stays, so that it is tried again.
    private boolean erase(RestorePoint point) throws IOException {
        try {
            place.remove(point);
        } catch (CancelledException e) {
            throw e;
        } catch (TransportException e) {
            if (e.kind().retryable()) {
                throw e;
            }
            warnings.add(point.archive() + ": " + e.getMessage());
            log.warn(point.archive() + " was not removed: " + e.getMessage());
            return false;
        }
        planner.catalog().drop(point);
        gone.add(point);
        return true;
    }

    private void sweep(LocalDate today) throws IOException {
        // Yesterday's run may still be making its folders.
        try {
            folders = place.sweep(today.minusDays(1), gone);
        } catch (TransportException e) {
            log.line("Empty folders stay: " + e.getMessage());
        }
    }

    /// How many points the place has now.
    int left() {
        return left;
    }

    PruneResult result(String session) {
        return new PruneResult(removed, kept, bytes, folders, session, warnings);
    }
}
