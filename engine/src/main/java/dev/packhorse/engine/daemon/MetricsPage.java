package dev.packhorse.engine.daemon;

import dev.packhorse.engine.health.Metrics;
import dev.packhorse.engine.http.MonitoringPage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// `GET /metrics`, for Prometheus. It names accounts, and other users of this machine reach the
/// port: so it takes a login.
record MetricsPage(Metrics metrics) implements MonitoringPage {
    @Override
    public String path() {
        return "/metrics";
    }

    @Override
    public boolean isOpen() {
        return false;
    }

    @Override
    public Answer answer() throws IOException {
        return new Answer(
                200, Metrics.CONTENT_TYPE, new String(metrics.text(), StandardCharsets.UTF_8));
    }
}
