package dev.packhorse.engine.destination;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.transport.spi.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Which destinations are left alone for a while. A destination is paused after five passing
/// failures in a row, at once by a failure that another upload would meet too (refused credentials,
/// a changed host key, no space), and at once when it asks for time. When the pause is over one
/// upload is let through to see; the others follow when it worked. Other destinations never wait.
///
/// Kept in memory: after a restart each destination gets its chance. Safe for many threads.
public final class DestinationHealth {
    private static final int FAILURES = 5;
    private static final Duration SHORT_PAUSE = Duration.ofMinutes(1);
    private static final Duration LONG_PAUSE = Duration.ofMinutes(10);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final Map<DestinationId, State> states = new HashMap<>();

    /// A destination that is left alone.
    ///
    /// @param left how long still
    /// @param reason the failure that began it
    public record Paused(Duration left, String reason) {}

    private record State(int failures, Optional<Instant> until, Duration pause, String reason) {}

    /// Asks whether an upload may begin. When a pause has just ended the first to ask may, and the
    /// others wait for how it goes.
    ///
    /// @return empty if it may
    public synchronized Optional<Paused> admit(DestinationId id, Instant now) {
        State state = states.get(id);
        if (state == null || state.until().isEmpty()) {
            return Optional.empty();
        }
        Instant until = state.until().get();
        if (now.isBefore(until)) {
            return Optional.of(new Paused(Duration.between(now, until), state.reason()));
        }
        states.put(
                id,
                new State(
                        state.failures(),
                        Optional.of(now.plus(state.pause())),
                        state.pause(),
                        state.reason()));
        return Optional.empty();
    }

    /// The destinations that are left alone now.
    public synchronized Map<DestinationId, Paused> paused(Instant now) {
        Map<DestinationId, Paused> paused = new HashMap<>();
        states.forEach((id, state) ->
                state.until()
                        .filter(now::isBefore)
                        .ifPresent(until ->
                                paused.put(
                                        id,
                                        new Paused(Duration.between(now, until), state.reason()))));
        return paused;
    }

    /// An upload arrived.
    public synchronized void worked(DestinationId id) {
        states.remove(id);
    }

    /// An upload failed.
    ///
    /// @return the pause that begins now, empty if none does; failures that say nothing about the
    ///   destination begin none
    public synchronized Optional<Paused> failed(
            DestinationId id, TransportException failure, Instant now) {
        Optional<Duration> pause = pause(id, failure);
        State before = states.get(id);
        if (pause.isEmpty()) {
            if (isItsFault(failure)) {
                int failures = before == null ? 1 : before.failures() + 1;
                states.put(id, new State(failures, Optional.empty(), SHORT_PAUSE, ""));
            }
            return Optional.empty();
        }
        String reason = String.valueOf(failure.getMessage());
        states.put(
                id, new State(FAILURES, Optional.of(now.plus(pause.get())), pause.get(), reason));
        return Optional.of(new Paused(pause.get(), reason));
    }

    private Optional<Duration> pause(DestinationId id, TransportException failure) {
        if (!isItsFault(failure)) {
            return Optional.empty();
        }
        if (!failure.kind().retryable()) {
            return Optional.of(LONG_PAUSE);
        }
        if (failure.retryAfter().isPresent()) {
            Duration asked = failure.retryAfter().get();
            return Optional.of(asked.compareTo(LONGEST_PAUSE) < 0 ? asked : LONGEST_PAUSE);
        }
        State before = states.get(id);
        return before != null && before.failures() + 1 >= FAILURES
                ? Optional.of(SHORT_PAUSE)
                : Optional.empty();
    }

    private static boolean isItsFault(TransportException failure) {
        if (!failure.isOfPlace()) {
            return false;
        }
        return switch (failure.kind()) {
            case MISSING, EXISTS, RANGE, CORRUPT -> false;
            case DENIED, FULL, REFUSED, UNAVAILABLE, THROTTLED, TIMED_OUT -> true;
        };
    }
}
