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
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out `keeplocal: 0`: removes an archive from the backup directory once every destination
/// that takes archives has the very same one, verified. An archive that one of them lacks stays,
/// and so does one whose place an open backup takes, and all while there is no such destination.
/// Safe for many threads.
public final class LocalRelease {
    private static final Logger LOG = LoggerFactory.getLogger(LocalRelease.class);

    private final ServerBackups backups;
    private final JobQueue queue;
    private final Catalog catalog;
    private final DestinationStore destinations;
    private final TransportOpener opener;
    private final Set<AccountName> changed = new HashSet<>();

    public LocalRelease(
            ServerBackups backups,
            JobQueue queue,
            Catalog catalog,
            DestinationStore destinations,
            TransportOpener opener) {
        this.backups = backups;
        this.queue = queue;
        this.catalog = catalog;
        this.destinations = destinations;
        this.opener = opener;
    }

    /// An archive of the account arrived somewhere: its local archives are looked at next time.
    public void arrived(AccountName account) {
        synchronized (changed) {
            changed.add(account);
        }
    }

    private List<AccountName> take() {
        synchronized (changed) {
            List<AccountName> taken = List.copyOf(changed);
            changed.clear();
            return taken;
        }
    }

    /// Looks at the accounts for which something arrived, and first ends removals that a crash
    /// interrupted.
    ///
    /// @return how many archives were removed
    /// @throws IOException if the configuration cannot be read or an archive not removed; what was
    ///   not looked at is looked at next time
    public synchronized int run() throws IOException {
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
        List<AccountName> accounts = take();
        if (accounts.isEmpty() || backups.config().isOn(ConfigKey.KEEPLOCAL)) {
            return removed;
        }
        DestinationStore.Contents contents = destinations.contents();
        // A destination whose settings cannot be read may want the archive, too.
        if (!contents.problems().isEmpty()) {
            return removed;
        }
        for (int i = 0; i < accounts.size(); i++) {
            try {
                removed += release(accounts.get(i), wanted(accounts.get(i), contents));
            } catch (IOException e) {
                accounts.subList(i, accounts.size()).forEach(this::arrived);
                throw e;
            }
        }
        return removed;
    }

    /// Where the account's archives are sent; everywhere while its plan cannot be told.
    private Set<DestinationId> wanted(AccountName account, DestinationStore.Contents contents) {
        Optional<Plan> plan = Optional.empty();
        try {
            plan = backups.plans().of(account);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("account", account).setCause(e).log("account cannot be read");
        }
        Set<DestinationId> wanted = new HashSet<>();
        for (Destination destination : contents.destinations()) {
            Participation part = Participation.of(plan, destination.id(), destination.name());
            if (destination.takesArchives() && part.sent()) {
                wanted.add(destination.id());
            }
        }
        return wanted;
    }

    private int release(AccountName account, Set<DestinationId> wanted) throws IOException {
        if (wanted.isEmpty()) {
            return 0;
        }
        List<RestorePoint> points = catalog.ofAccount(account);
        int removed = 0;
        for (RestorePoint point : points) {
            if (point.destination().isLocal()
                    && point.form() != ArchiveForm.INCREMENTAL
                    && holders(point, points).containsAll(wanted)
                    && !isReplaced(point)) {
                catalog.markDeleting(point);
                remove(point);
                removed++;
            }
        }
        return removed;
    }

    /// Removes archives that wait to be sent, the oldest first, until so many bytes are free or
    /// none is left of which a destination has the very same one, from where it can be sent on.
    /// That destination is asked for it first.
    ///
    /// @param waiting an open upload of each archive in the backup directory
    /// @return how many bytes were freed
    /// @throws IOException if an archive cannot be removed
    synchronized long relieve(List<UploadArguments> waiting, long bytes) throws IOException {
        long freed = 0;
        Set<DestinationId> unusable = new HashSet<>();
        for (UploadArguments upload : waiting) {
            if (freed >= bytes) {
                break;
            }
            freed += relieve(upload, unusable);
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

    private long relieve(UploadArguments upload, Set<DestinationId> unusable) throws IOException {
        List<RestorePoint> points = catalog.ofAccount(new AccountName(upload.account()));
        for (RestorePoint point : points) {
            if (isHere(point, upload)
                    && isElsewhere(point, points, unusable)
                    && !isReplaced(point)) {
                catalog.markDeleting(point);
                remove(point);
                LOG.atInfo()
                        .addKeyValue("archive", point.archive())
                        .log("released for want of space: a destination has it, another gets it");
                return isLinked(point, points) ? 0 : point.sizeBytes();
            }
        }
        return 0;
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

    private boolean isElsewhere(
            RestorePoint point, List<RestorePoint> points, Set<DestinationId> unusable)
            throws IOException {
        for (DestinationId holder : holders(point, points)) {
            Optional<Destination> destination =
                    holder.isLocal() || unusable.contains(holder)
                            ? Optional.empty()
                            : destinations.find(holder).filter(Destination::takesArchives);
            if (destination.isPresent() && holds(destination.get(), point, unusable)) {
                return true;
            }
        }
        return false;
    }

    private boolean holds(
            Destination destination, RestorePoint point, Set<DestinationId> unusable) {
        try (Transport transport = opener.open(destination)) {
            if (UploadSources.holds(transport, point.archive(), point.sizeBytes())) {
                return true;
            }
        } catch (IOException e) {
            LOG.atInfo()
                    .addKeyValue("destination", destination.name())
                    .addKeyValue("reason", e.getMessage())
                    .log("cannot be asked whether it has what waits here");
            unusable.add(destination.id());
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
