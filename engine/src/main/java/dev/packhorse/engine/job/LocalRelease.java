package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.plan.Participation;
import dev.packhorse.engine.plan.Plan;
import dev.packhorse.engine.queue.JobQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out `keeplocal: 0`: removes an archive from the backup directory once every destination
/// that takes archives has the very same one, verified, and says that it is still there: the
/// catalog does not know of a place that was emptied. An archive that one of them lacks stays, and
/// so does one whose place an open backup takes, and all while there is no such destination. Safe
/// for many threads.
public final class LocalRelease {
    private static final Logger LOG = LoggerFactory.getLogger(LocalRelease.class);
    private static final Duration ASK_AGAIN = Duration.ofMinutes(10);

    /// A backup may wait for the room that one run makes.
    private static final int MOST_QUESTIONS = 200;

    private final ServerBackups backups;
    private final JobQueue queue;
    private final Catalog catalog;
    private final DestinationStore destinations;
    private final TransportOpener opener;
    private final LongSupplier nanos;
    private final Set<AccountName> changed = new HashSet<>();
    private final Set<AccountName> unanswered = new HashSet<>();
    private long askAgainAt;

    public LocalRelease(
            ServerBackups backups,
            JobQueue queue,
            Catalog catalog,
            DestinationStore destinations,
            TransportOpener opener) {
        this(backups, queue, catalog, destinations, opener, System::nanoTime);
    }

    /// @param nanos as [System#nanoTime()]
    LocalRelease(
            ServerBackups backups,
            JobQueue queue,
            Catalog catalog,
            DestinationStore destinations,
            TransportOpener opener,
            LongSupplier nanos) {
        this.backups = backups;
        this.queue = queue;
        this.catalog = catalog;
        this.destinations = destinations;
        this.opener = opener;
        this.nanos = nanos;
    }

    /// An archive of the account arrived somewhere: its local archives are looked at next time.
    public void arrived(AccountName account) {
        synchronized (changed) {
            changed.add(account);
        }
    }

    /// A destination did not answer: the account is looked at again in a while, with all others of
    /// which that is true.
    private void lookLater(AccountName account) {
        synchronized (changed) {
            if (unanswered.isEmpty()) {
                askAgainAt = nanos.getAsLong() + ASK_AGAIN.toNanos();
            }
            unanswered.add(account);
        }
    }

    private List<AccountName> take() {
        synchronized (changed) {
            if (!unanswered.isEmpty() && nanos.getAsLong() - askAgainAt >= 0) {
                changed.addAll(unanswered);
                unanswered.clear();
            }
            List<AccountName> taken = List.copyOf(changed);
            changed.clear();
            return taken;
        }
    }

    /// Looks at the accounts for which something arrived, and first ends removals that a crash
    /// interrupted. Waits for destinations; what is left after many questions is for the next time.
    ///
    /// @return how many archives were removed
    /// @throws IOException if the configuration cannot be read or an archive not removed; what was
    ///   not looked at is looked at next time
    public int run() throws IOException {
        int removed = endRemovals();
        List<AccountName> accounts = take();
        if (accounts.isEmpty()) {
            return removed;
        }
        Optional<DestinationStore.Contents> contents = wanting(accounts);
        return contents.isEmpty() ? removed : removed + release(accounts, contents.get());
    }

    /// The destinations that may want archives; empty if nothing may be released.
    private Optional<DestinationStore.Contents> wanting(List<AccountName> accounts)
            throws IOException {
        boolean known = false;
        try {
            if (backups.config().isOn(ConfigKey.KEEPLOCAL)) {
                known = true;
                return Optional.empty();
            }
            DestinationStore.Contents contents = destinations.contents();
            // A destination whose settings cannot be read may want the archives, too.
            known = !contents.lacksOneForArchives();
            return known ? Optional.of(contents) : Optional.empty();
        } finally {
            if (!known) {
                accounts.forEach(this::arrived);
            }
        }
    }

    private int release(List<AccountName> accounts, DestinationStore.Contents contents)
            throws IOException {
        int removed = 0;
        try (AskedPlaces asked = new AskedPlaces(opener)) {
            for (int i = 0; i < accounts.size(); i++) {
                if (asked.questions() >= MOST_QUESTIONS) {
                    accounts.subList(i, accounts.size()).forEach(this::arrived);
                    break;
                }
                try {
                    removed += release(accounts.get(i), wanted(accounts.get(i), contents), asked);
                } catch (IOException e) {
                    accounts.subList(i, accounts.size()).forEach(this::arrived);
                    throw e;
                }
            }
        }
        return removed;
    }

    private synchronized int endRemovals() throws IOException {
        int removed = 0;
        for (RestorePoint point : catalog.deleting()) {
            // What was there first may have been replaced, and be sound, by the time it is its
            // turn.
            if (point.destination().isLocal()
                    && !isReplaced(point)
                    && catalog.deleting().contains(point)) {
                remove(point);
                removed++;
            }
        }
        return removed;
    }

    /// Where the account's archives are sent; everywhere while its plan cannot be told.
    private Map<DestinationId, Destination> wanted(
            AccountName account, DestinationStore.Contents contents) {
        Optional<Plan> plan = Optional.empty();
        try {
            plan = backups.plans().of(account);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("account", account).setCause(e).log("account cannot be read");
        }
        Map<DestinationId, Destination> wanted = new HashMap<>();
        for (Destination destination : contents.destinations()) {
            Participation part = Participation.of(plan, destination.id(), destination.name());
            if (destination.takesArchives() && part.sent()) {
                wanted.put(destination.id(), destination);
            }
        }
        return wanted;
    }

    private int release(
            AccountName account, Map<DestinationId, Destination> wanted, AskedPlaces asked)
            throws IOException {
        if (wanted.isEmpty()) {
            return 0;
        }
        List<RestorePoint> points = catalog.ofAccount(account);
        int removed = 0;
        for (RestorePoint point : points) {
            if (!isEverywhere(point, points, wanted.keySet())) {
                continue;
            }
            switch (asked.allHave(wanted.values(), point)) {
                case HAS -> removed += removeIfStill(point, wanted.keySet()) ? 1 : 0;
                case SILENT -> lookLater(account);
                case LACKS -> {}
            }
        }
        return removed;
    }

    /// Whether an archive may go, by the catalog and the queue.
    private boolean isEverywhere(
            RestorePoint point, List<RestorePoint> points, Set<DestinationId> wanted) {
        return point.destination().isLocal()
                && point.form() != ArchiveForm.INCREMENTAL
                && holders(point, points).containsAll(wanted)
                && !isReplaced(point);
    }

    /// What was true before the destinations were asked may be so no more: that takes its time.
    private synchronized boolean removeIfStill(RestorePoint point, Set<DestinationId> wanted)
            throws IOException {
        List<RestorePoint> points = catalog.ofAccount(point.account());
        if (!points.contains(point) || !isEverywhere(point, points, wanted)) {
            return false;
        }
        catalog.markDeleting(point);
        remove(point);
        return true;
    }

    /// Removes archives that wait to be sent, the oldest first, until so many bytes are free or
    /// none is left of which a destination has the very same one, from where it can be sent on.
    /// That destination is asked for it first.
    ///
    /// @param waiting an open upload of each archive in the backup directory
    /// @return how many bytes were freed
    /// @throws IOException if an archive cannot be removed
    long relieve(List<UploadArguments> waiting, long bytes) throws IOException {
        long freed = 0;
        try (AskedPlaces asked = new AskedPlaces(opener)) {
            for (UploadArguments upload : waiting) {
                if (freed >= bytes) {
                    break;
                }
                freed += relieve(upload, asked);
            }
        }
        return freed;
    }

    /// Whether the catalog knows an archive that [#relieve] would ask for; asks no destination.
    boolean mayRelieve(List<UploadArguments> waiting) {
        for (UploadArguments upload : waiting) {
            List<RestorePoint> points = catalog.ofAccount(new AccountName(upload.account()));
            for (RestorePoint point : points) {
                if (isHere(point, upload) && holders(point, points).size() > 1) {
                    return true;
                }
            }
        }
        return false;
    }

    private long relieve(UploadArguments upload, AskedPlaces asked) throws IOException {
        List<RestorePoint> points = catalog.ofAccount(new AccountName(upload.account()));
        for (RestorePoint point : points) {
            if (isHere(point, upload) && isElsewhere(point, points, asked) && removeIfHeld(point)) {
                LOG.atInfo()
                        .addKeyValue("archive", point.archive())
                        .log("released for want of space: a destination has it, another gets it");
                return isLinked(point, points) ? 0 : point.sizeBytes();
            }
        }
        return 0;
    }

    /// As [#removeIfStill]; a destination has it.
    private synchronized boolean removeIfHeld(RestorePoint point) throws IOException {
        List<RestorePoint> points = catalog.ofAccount(point.account());
        if (!points.contains(point) || holders(point, points).size() < 2 || isReplaced(point)) {
            return false;
        }
        catalog.markDeleting(point);
        remove(point);
        return true;
    }

    private static boolean isHere(RestorePoint point, UploadArguments upload) {
        return point.destination().isLocal()
                && point.archive().value().equals(upload.archive())
                && point.sha256().equals(upload.sha256());
    }

    /// Whether the same bytes stay here under another name.
    private static boolean isLinked(RestorePoint point, List<RestorePoint> points) {
        return points.stream()
                .anyMatch(other ->
                        other.destination().isLocal()
                                && !other.archive().equals(point.archive())
                                && other.sha256().equals(point.sha256()));
    }

    private boolean isElsewhere(RestorePoint point, List<RestorePoint> points, AskedPlaces asked)
            throws IOException {
        for (DestinationId holder : holders(point, points)) {
            Optional<Destination> destination =
                    holder.isLocal()
                            ? Optional.empty()
                            : destinations.find(holder).filter(Destination::takesArchives);
            if (destination.isPresent() && asked.canSendOn(destination.get(), point)) {
                return true;
            }
        }
        return false;
    }

    private static Set<DestinationId> holders(RestorePoint point, List<RestorePoint> all) {
        Set<DestinationId> holders = new HashSet<>();
        for (RestorePoint other : all) {
            if (other.archive().equals(point.archive()) && other.sha256().equals(point.sha256())) {
                holders.add(other.destination());
            }
        }
        return holders;
    }

    /// Whether the file under this name may be another archive by now, which nobody else has.
    private boolean isReplaced(RestorePoint point) {
        return InUse.ofBackups(queue, point.account()).reason(point).isPresent();
    }

    private void remove(RestorePoint point) throws IOException {
        backups.directory().delete(point.archive());
        catalog.drop(point);
    }
}
