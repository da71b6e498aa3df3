package dev.packhorse.engine.health;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;

/// The metrics of this program in the text form of Prometheus. What is asked for more often than
/// every ten seconds is answered from memory, so that no monitoring slows the queue down. Safe for
/// many threads.
public final class Metrics {
    /// The type of the text.
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final long FRESH_NANOS = Duration.ofSeconds(10).toNanos();

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private byte[] text = {};
    private long readAt;

    /// @param sources what is told besides the state of the process
    public Metrics(MultiCollector... sources) {
        JvmMetrics.builder().register(registry);
        for (MultiCollector source : sources) {
            registry.register(source);
        }
    }

    /// The text.
    ///
    /// @throws IOException if it cannot be made
    public synchronized byte[] text() throws IOException {
        long now = System.nanoTime();
        if (text.length == 0 || now - readAt > FRESH_NANOS) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
            text = out.toByteArray();
            readAt = now;
        }
        return text.clone();
    }
}
