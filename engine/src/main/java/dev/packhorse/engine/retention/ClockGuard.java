package dev.packhorse.engine.retention;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches the clock for pruning. A jump of more than two days in either direction suspends pruning
/// until somebody confirms: a daemon that was off for longer looks the same, and is asked about,
/// too. The suspension is on disk before anything else happens.
///
/// Source: reliability-security, note b38 of the fault matrix. Safe for many threads.
public final class ClockGuard {
    /// No build is older, so no clock that is right shows less; moved forward with releases.
    static final LocalDate BUILT = LocalDate.of(2026, 11, 24);

    private static final Logger LOG = LoggerFactory.getLogger(ClockGuard.class);
    private static final Duration MOST = Duration.ofDays(2);

    private final RetentionRecord record;
    private final InstantSource clock;
    private final ZoneId zone;

    // Guarded by this. Newer than the file's while that cannot be written, as on a full disk.
    private @Nullable Instant seen;

    /// @param zone the server's zone
    public ClockGuard(RetentionRecord record, InstantSource clock, ZoneId zone) {
        this.record = record;
        this.clock = clock;
        this.zone = zone;
    }

    /// What the clock shows.
    public Instant now() {
        return clock.instant();
    }

    /// The date that decisions are made for.
    public LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), zone);
    }

    /// Looks at the clock; to be called often, and before each prune.
    ///
    /// @param newestSlot the newest slot date of the catalog, empty if it has none or was not asked
    /// @return why nothing may be pruned, empty if the clock is right
    /// @throws IOException if the record is damaged; then nothing may be pruned either
    public synchronized Optional<String> look(Optional<LocalDate> newestSlot) throws IOException {
        Instant now = clock.instant();
        if (today().isBefore(BUILT)) {
            return Optional.of(
                    "the clock shows %s, which is before this program was built; set it right"
                            .formatted(today()));
        }
        Optional<String> suspended = record.suspended();
        if (suspended.isPresent()) {
            return suspended.map(ClockGuard::withAdvice);
        }
        Optional<String> jump = jump(now, newestSlot);
        if (jump.isPresent()) {
            LOG.atError().addKeyValue("reason", jump.get()).log("pruning is suspended");
            note(() -> record.suspend(jump.get()));
        } else {
            seen = now;
            note(() -> record.see(now));
        }
        return jump.map(ClockGuard::withAdvice);
    }

    /// Ends a suspension: somebody says that the clock is right now.
    ///
    /// @param newestSlot the newest slot date of the catalog; one that lies ahead is known from now
    ///   on
    public synchronized void confirm(Optional<LocalDate> newestSlot) {
        Instant now = clock.instant();
        seen = now;
        note(() -> record.resume(now, newestSlot.filter(date -> date.isAfter(today()))));
    }

    private Optional<String> jump(Instant now, Optional<LocalDate> newestSlot) throws IOException {
        Optional<Instant> last = seen == null ? record.seen() : Optional.of(seen);
        LocalDate today = today();
        Optional<LocalDate> ahead =
                newestSlot.filter(date -> date.isAfter(today.plusDays(MOST.toDays())));
        if (ahead.isPresent() && !isConfirmed(ahead.get())) {
            return Optional.of(
                    "the newest backup is of %s, but the clock shows %s"
                            .formatted(ahead.get(), today));
        }
        if (last.isPresent()) {
            return Duration.between(last.get(), now).abs().compareTo(MOST) > 0
                    ? Optional.of(
                            "the clock went from %s to %s, or nothing ran in between"
                                    .formatted(last.get(), now))
                    : Optional.empty();
        }
        return newestSlot
                .filter(date -> date.isBefore(today.minusDays(MOST.toDays())))
                .map(date ->
                        "there is no record of the clock, the newest backup is of %s and the clock shows %s"
                                .formatted(date, today));
    }

    private boolean isConfirmed(LocalDate ahead) throws IOException {
        return record.confirmedNewest().map(date -> !ahead.isAfter(date)).orElse(false);
    }

    private static String withAdvice(String reason) {
        return reason
                + ": set the clock right, look at packhorse prune --plan, then confirm with"
                + " packhorse prune --confirm";
    }

    @FunctionalInterface
    private interface Note {
        void write() throws IOException;
    }

    /// A disk that is full must not stop the pruning that would make room.
    private static void note(Note note) {
        try {
            note.write();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the record of pruning could not be written");
        }
    }
}
