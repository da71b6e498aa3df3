package dev.packhorse.engine.job;

import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A destination. Exactly the keys of the catalog are removed, never what a listing names.
record RemotePlace(String name, Transport transport) implements PrunedPlace {
    /// A listing that lacks an archive is not believed before the archive itself was asked for.
    @Override
    public Found look(List<RestorePoint> points, Cancellation cancellation) throws IOException {
        Map<ObjectKey, RestorePoint> wanted = new HashMap<>();
        points.forEach(point -> wanted.put(point.archive(), point));
        transport.list(
                "",
                object -> {
                    wanted.remove(object.key());
                    return true;
                },
                cancellation);
        List<RestorePoint> missing = new ArrayList<>();
        for (RestorePoint point : wanted.values()) {
            cancellation.check();
            if (transport.stat(point.archive()).isEmpty()) {
                missing.add(point);
            }
        }
        return new Found(points.size() - missing.size(), missing);
    }

    @Override
    public Optional<Instant> lockedUntil(RestorePoint point) throws IOException {
        return transport.stat(point.archive()).flatMap(ObjectInfo::lockedUntil);
    }

    @Override
    public void remove(RestorePoint point) throws IOException {
        ObjectKey archive = point.archive();
        transport.delete(BackupDirectory.manifestKey(archive));
        transport.delete(BackupDirectory.previousManifestKey(archive));
        transport.delete(BackupDirectory.indexKey(archive));
        if (point.form() == ArchiveForm.INCREMENTAL) {
            transport.deleteTree(archive);
        } else {
            transport.delete(archive);
        }
        if (transport.stat(archive).isPresent()) {
            throw new TransportException(Kind.REFUSED, "delete " + archive + ": it is still there");
        }
    }

    @Override
    public String folder(RestorePoint point) {
        return name + ":" + point.tier().folder() + point.slot();
    }

    /// Asks the place to remove those alone in which a point was; it refuses where something is
    /// left.
    @Override
    public int sweep(LocalDate before, List<RestorePoint> removed) throws IOException {
        Set<ObjectKey> dated = new LinkedHashSet<>();
        for (RestorePoint point : removed) {
            if (point.date().isBefore(before)) {
                dated.add(new ObjectKey(point.tier().folder() + point.slot()));
            }
        }
        int swept = 0;
        for (ObjectKey folder : dated) {
            ObjectKey accounts = new ObjectKey(folder + "/accounts");
            transport.removeEmptyFolder(new ObjectKey(accounts + "/.packhorse"));
            transport.removeEmptyFolder(accounts);
            swept += transport.removeEmptyFolder(folder) ? 1 : 0;
        }
        return swept;
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
