package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Carries out `keeplocal: 0`: removes an archive from the backup directory once every destination
/// that takes archives has the very same one, verified. An archive that one of them lacks stays,
/// and so do all while there is no such destination. Safe for many threads.
public final class LocalRelease {
    private final ServerBackups backups;
    private final Catalog catalog;
    private final DestinationStore destinations;
    private final Set<AccountName> changed = new HashSet<>();

    public LocalRelease(ServerBackups backups, Catalog catalog, DestinationStore destinations) {
        this.backups = backups;
        this.catalog = catalog;
        this.destinations = destinations;
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
    public int run() throws IOException {
        int removed = 0;
        for (RestorePoint point : catalog.deleting()) {
            if (point.destination().isLocal()) {
                remove(point);
                removed++;
            }
        }
        List<AccountName> accounts = take();
        if (accounts.isEmpty() || backups.config().isOn(ConfigKey.KEEPLOCAL)) {
            return removed;
        }
        Set<DestinationId> wanted = new HashSet<>();
        DestinationStore.Contents contents = destinations.contents();
        for (Destination destination : contents.destinations()) {
            if (destination.takesArchives()) {
                wanted.add(destination.id());
            }
        }
        // A destination whose settings cannot be read may want the archive, too.
        if (wanted.isEmpty() || !contents.problems().isEmpty()) {
            return removed;
        }
        for (int i = 0; i < accounts.size(); i++) {
            try {
                removed += release(accounts.get(i), wanted);
            } catch (IOException e) {
                accounts.subList(i, accounts.size()).forEach(this::arrived);
                throw e;
            }
        }
        return removed;
    }

    private int release(AccountName account, Set<DestinationId> wanted) throws IOException {
        List<RestorePoint> points = catalog.ofAccount(account);
        int removed = 0;
        for (RestorePoint point : points) {
            if (point.destination().isLocal()
                    && point.form() != ArchiveForm.INCREMENTAL
                    && holders(point, points).containsAll(wanted)) {
                catalog.markDeleting(point);
                remove(point);
                removed++;
            }
        }
        return removed;
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

    private void remove(RestorePoint point) throws IOException {
        backups.directory().delete(point.archive());
        catalog.drop(point);
    }
}
