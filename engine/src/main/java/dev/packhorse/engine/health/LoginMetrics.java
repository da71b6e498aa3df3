package dev.packhorse.engine.health;

import dev.packhorse.engine.auth.LoginCounts;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.function.Supplier;

/// The metrics of logins, each explained in `docs/monitoring.md`. Safe for many threads.
///
/// @param counts read at each collection
public record LoginMetrics(Supplier<LoginCounts> counts) implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        LoginCounts now = counts.get();
        MetricList list = new MetricList();
        list.counter(
                "packhorse_logins_refused", "Wrong logins since the start", (double) now.refused());
        list.counter(
                "packhorse_logins_turned_away",
                "Logins from addresses that were locked out, since the start",
                (double) now.turnedAway());
        list.counter(
                "packhorse_lockouts",
                "How often an address was locked out since the start",
                (double) now.lockouts());
        list.gauge("packhorse_locked_out", "Addresses that are locked out", now.locked());
        return list.snapshots();
    }
}
