package dev.packhorse.engine.health;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Gathers values by metric, in a form that is short to write. One thread.
final class MetricList {
    private final Map<String, Metric> metrics = new LinkedHashMap<>();

    private record Value(Labels labels, double value) {}

    private record Metric(boolean counter, String help, List<Value> values) {}

    /// A value that goes up and down.
    ///
    /// @param labels names and values in turn
    void gauge(String name, String help, long value, String... labels) {
        add(name, false, help, (double) value, labels);
    }

    /// A value that only grows; its name is shown with `_total`.
    void counter(String name, String help, double value, String... labels) {
        add(name, true, help, value, labels);
    }

    private void add(String name, boolean counter, String help, double value, String... labels) {
        metrics.computeIfAbsent(name, _ -> new Metric(counter, help, new ArrayList<>()))
                .values()
                .add(new Value(Labels.of(labels), value));
    }

    MetricSnapshots snapshots() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        metrics.forEach((name, metric) -> {
            if (metric.counter()) {
                all.metricSnapshot(counterOf(name, metric));
            } else {
                all.metricSnapshot(gaugeOf(name, metric));
            }
        });
        return all.build();
    }

    private static GaugeSnapshot gaugeOf(String name, Metric metric) {
        GaugeSnapshot.Builder builder = GaugeSnapshot.builder().name(name).help(metric.help());
        for (Value each : metric.values()) {
            builder.dataPoint(
                    GaugeSnapshot.GaugeDataPointSnapshot.builder()
                            .labels(each.labels())
                            .value(each.value())
                            .build());
        }
        return builder.build();
    }

    private static CounterSnapshot counterOf(String name, Metric metric) {
        CounterSnapshot.Builder builder = CounterSnapshot.builder().name(name).help(metric.help());
        for (Value each : metric.values()) {
            builder.dataPoint(
                    CounterSnapshot.CounterDataPointSnapshot.builder()
                            .labels(each.labels())
                            .value(each.value())
                            .build());
        }
        return builder.build();
    }
}
