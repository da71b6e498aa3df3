package dev.packhorse.engine.whm.functions;

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
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A catalog in memory.
final class MemoryCatalog implements Catalog {
    private final List<RestorePoint> points = new ArrayList<>();

    void add(String account, DestinationId destination, Tier tier, String slot) {
        LocalDate date = SlotName.parse(slot).date();
        adopt(
                List.of(
                        new RestorePoint(
                                new AccountName(account),
                                destination,
                                tier,
                                date,
                                new ObjectKey(
                                        tier.folder() + slot + "/accounts/" + account + ".tar.gz"),
                                4_096,
                                "0".repeat(64),
                                Instant.parse(date + "T03:00:00Z"),
                                "node1")));
    }

    @Override
    public int adopt(List<RestorePoint> more) {
        points.addAll(more);
        return more.size();
    }

    @Override
    public List<RestorePoint> ofAccount(AccountName account) {
        return points.stream()
                .filter(point -> point.account().equals(account))
                .sorted(Comparator.comparing(RestorePoint::slot).reversed())
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
        points.stream()
                .sorted(
                        Comparator.comparing(RestorePoint::date)
                                .thenComparing(RestorePoint::account))
                .forEach(consumer);
    }

    private final Map<RestorePoint, Proof> proofs = new HashMap<>();

    private StoredCopy copy(RestorePoint point) {
        return new StoredCopy(point, Optional.ofNullable(proofs.get(point)));
    }

    @Override
    public List<StoredCopy> copiesOf(AccountName account) {
        return ofAccount(account).stream().map(this::copy).toList();
    }

    @Override
    public void forEachCopy(Consumer<StoredCopy> consumer) {
        forEach(point -> consumer.accept(copy(point)));
    }

    @Override
    public boolean isUnsound(DestinationId destination, ObjectKey archive) {
        return false;
    }

    @Override
    public boolean prove(RestorePoint point, Proof proof) {
        proofs.put(point, proof);
        return points.contains(point);
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
        throw new IllegalStateException("no function deletes");
    }

    @Override
    public List<RestorePoint> deleting() {
        return List.of();
    }

    @Override
    public void drop(RestorePoint point) {
        throw new IllegalStateException("no function deletes");
    }
}
