package dev.packhorse.engine.health;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures a place on threads of their own, one at a time: who asks waits a moment and then takes
/// what was measured last. Safe for many threads.
final class PlaceWatch {
    private static final Logger LOG = LoggerFactory.getLogger(PlaceWatch.class);

    private final String name;
    private final Measure measure;
    private Optional<Place.Space> last = Optional.empty();
    private @Nullable Look underWay;

    /// Asks the file system, which may take for ever.
    @FunctionalInterface
    interface Measure {
        Place.Space now() throws IOException;
    }

    /// A measurement under way.
    private record Look(long beganNanos, CompletableFuture<Boolean> ended) {
        Duration time() {
            return Duration.ofNanos(System.nanoTime() - beganNanos);
        }
    }

    PlaceWatch(String name, Measure measure) {
        this.name = name;
        this.measure = measure;
    }

    String name() {
        return name;
    }

    /// What is measured now, or was last if that takes longer than a moment.
    Optional<Place.Space> look(Duration patience) {
        Look look = begun();
        await(look, patience.minus(look.time()));
        synchronized (this) {
            return last;
        }
    }

    /// How long the measurement under way has taken, if that is longer than it may.
    synchronized Optional<Duration> silentFor(Duration patience) {
        Look look = underWay;
        return look == null
                ? Optional.empty()
                : Optional.of(look.time()).filter(time -> time.compareTo(patience) >= 0);
    }

    private synchronized Look begun() {
        Look look = underWay;
        if (look == null) {
            look = new Look(System.nanoTime(), new CompletableFuture<>());
            underWay = look;
            Look begun = look;
            Thread.ofPlatform().name("packhorse-space").daemon().start(() -> run(begun));
        }
        return look;
    }

    private void run(Look look) {
        Optional<Place.Space> measured = Optional.empty();
        try {
            measured = Optional.of(measure.now());
        } catch (IOException | RuntimeException e) {
            LOG.atDebug().addKeyValue("place", name).setCause(e).log("cannot be looked at");
        } finally {
            synchronized (this) {
                last = measured;
                underWay = null;
            }
            look.ended().complete(true);
        }
    }

    private static void await(Look look, Duration longest) {
        if (!longest.isPositive()) {
            return;
        }
        CompletableFuture<Boolean> answer = look.ended().copy();
        answer.completeOnTimeout(false, longest.toNanos(), TimeUnit.NANOSECONDS).join();
    }
}
