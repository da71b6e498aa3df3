package dev.packhorse.engine.schedule;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A catalog in memory: a year of nights is too much for transactions on a disk. One thread.
final class QuickCatalog implements Catalog {
    private static final Comparator<RestorePoint> BY_DATE =
            Comparator.comparing(RestorePoint::slot).thenComparing(RestorePoint::account);

    private final Map<Key, RestorePoint> points = new HashMap<>();
    private final Map<Key, RestorePoint> marked = new HashMap<>();

    private record Key(AccountName account, DestinationId place, Tier tier, SlotName slot) {
        static Key of(RestorePoint point) {
            return new Key(point.account(), point.destination(), point.tier(), point.slot());
        }
    }

    @Override
    public int adopt(List<RestorePoint> more) {
        int before = points.size();
        more.forEach(point -> points.put(Key.of(point), point));
        return points.size() - before;
    }

    @Override
    public List<RestorePoint> ofAccount(AccountName account) {
        return points.values().stream()
                .filter(point -> point.account().equals(account))
                .sorted(BY_DATE.reversed())
                .toList();
    }

    @Override
    public Optional<RestorePoint> find(
            AccountName account, DestinationId destination, SlotName slot) {
        return Catalog.choose(
                ofAccount(account).stream()
                        .filter(point -> point.destination().equals(destination))
                        .toList(),
                slot);
    }

    @Override
    public void forEach(Consumer<RestorePoint> consumer) {
        points.values().stream().sorted(BY_DATE).forEach(consumer);
    }

    @Override
    public List<StoredCopy> copiesOf(AccountName account) {
        return ofAccount(account).stream()
                .map(point -> new StoredCopy(point, Optional.empty()))
                .toList();
    }

    @Override
    public void forEachCopy(Consumer<StoredCopy> consumer) {
        forEach(point -> consumer.accept(new StoredCopy(point, Optional.empty())));
    }

    @Override
    public boolean isUnsound(DestinationId destination, ObjectKey archive) {
        return false;
    }

    @Override
    public boolean prove(RestorePoint point, Proof proof) {
        throw new IllegalStateException("nothing is verified in these nights");
    }

    private final Map<DestinationId, Map<ObjectKey, Instant>> locks = new HashMap<>();

    @Override
    public void noteLock(DestinationId destination, ObjectKey archive, Optional<Instant> until) {
        Map<ObjectKey, Instant> there = locks.computeIfAbsent(destination, _ -> new HashMap<>());
        there.remove(archive);
        until.ifPresent(end -> there.put(archive, end));
    }

    @Override
    public Map<ObjectKey, Instant> locks(DestinationId destination) {
        return locks.getOrDefault(destination, Map.of());
    }

    @Override
    public void markDeleting(RestorePoint point) {
        if (!points.remove(Key.of(point), point) && !marked.containsKey(Key.of(point))) {
            throw new IllegalStateException("no such point: " + point);
        }
        marked.put(Key.of(point), point);
    }

    @Override
    public List<RestorePoint> deleting() {
        return new ArrayList<>(marked.values());
    }

    @Override
    public void drop(RestorePoint point) {
        marked.remove(Key.of(point));
    }
}
