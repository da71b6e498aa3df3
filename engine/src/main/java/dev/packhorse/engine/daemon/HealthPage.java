package dev.packhorse.engine.daemon;

import dev.packhorse.engine.http.MonitoringPage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// `GET /health`: whether the daemon does its work, and nothing else; why not is in its log. Open
/// to load balancers and checks without a login. Looks at most every other second. Safe for many
/// threads.
final class HealthPage implements MonitoringPage {
    private static final long FRESH_NANOS = Duration.ofSeconds(2).toNanos();

    private final Supplier<Optional<String>> trouble;
    private boolean looked;
    private boolean well;
    private long lookedAt;

    /// @param trouble what keeps the daemon from doing its work, empty if nothing does
    HealthPage(Supplier<Optional<String>> trouble) {
        this.trouble = trouble;
    }

    @Override
    public String path() {
        return "/health";
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public synchronized Answer answer() {
        long now = System.nanoTime();
        if (!looked || now - lookedAt > FRESH_NANOS) {
            well = trouble.get().isEmpty();
            lookedAt = now;
            looked = true;
        }
        return well
                ? new Answer(200, "application/json", "{\"status\":\"pass\"}\n")
                : new Answer(503, "application/json", "{\"status\":\"fail\"}\n");
    }
}
