package dev.packhorse.engine.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The wrong logins of one key: when the newest were, how many in a day, and the lock that came of
/// them.
///
/// @param recent the newest, oldest first
/// @param dayBegan when the first of the day was
/// @param ofDay how many since then
/// @param lock the newest lock, over or not
record Tally(List<Instant> recent, Instant dayBegan, int ofDay, Optional<Lock> lock) {
    /// So many are kept at least, for the pauses before answers.
    private static final int KEPT = 4;

    private static final int MOST_DOUBLINGS = 20;

    /// A clock that was set back so far makes a lock worthless.
    private static final Duration SET_BACK = Duration.ofMinutes(1);

    /// A time in which nothing is judged.
    ///
    /// @param failures how many wrong logins of the day led to it
    record Lock(Instant since, Instant until, int failures) {}

    Tally {
        recent = List.copyOf(recent);
    }

    static Tally begun(Instant now) {
        return new Tally(List.of(), now, 0, Optional.empty());
    }

    /// One more.
    ///
    /// @param mayLock false where failures are counted for pauses only
    Tally failed(Instant now, LockoutRules rules, boolean mayLock) {
        List<Instant> newest = new ArrayList<>(within(now, rules.window()));
        newest.add(now);
        int most = Math.max(KEPT, rules.failures());
        List<Instant> kept = newest.subList(Math.max(0, newest.size() - most), newest.size());
        boolean sameDay = isOfDay(now);
        Tally counted = new Tally(kept, sameDay ? dayBegan : now, sameDay ? ofDay + 1 : 1, lock);
        return mayLock ? counted.judged(now, rules) : counted;
    }

    /// One more of a kind that locks for longer each time: the `most`-th within the window for some
    /// time, each further one for twice as long, up to a day.
    Tally failedAgain(Instant now, Duration window, int most, Duration time) {
        List<Instant> newest = new ArrayList<>(within(now, window));
        newest.add(now);
        int over = newest.size() - most;
        if (over < 0) {
            return new Tally(newest, dayBegan, ofDay, lock);
        }
        Duration longer = time.multipliedBy(1L << Math.min(over, MOST_DOUBLINGS));
        Duration cut = longer.compareTo(LockoutRules.DAY) < 0 ? longer : LockoutRules.DAY;
        Lock fresh = new Lock(now, now.plus(cut), newest.size());
        return new Tally(newest, dayBegan, ofDay, Optional.of(fresh));
    }

    private Tally judged(Instant now, LockoutRules rules) {
        if (rules.failuresPerDay() > 0 && ofDay >= rules.failuresPerDay()) {
            // The day begins anew, or each failure after the lock would be another day.
            return new Tally(List.of(), now, 0, Optional.of(locked(now, LockoutRules.DAY)));
        }
        if (rules.failures() > 0 && recent.size() >= rules.failures()) {
            return new Tally(List.of(), dayBegan, ofDay, Optional.of(locked(now, rules.time())));
        }
        return this;
    }

    private Lock locked(Instant now, Duration time) {
        return new Lock(now, now.plus(time), ofDay);
    }

    /// How many there were within the window.
    int count(Instant now, Duration window) {
        return within(now, window).size();
    }

    private List<Instant> within(Instant now, Duration window) {
        return recent.stream()
                .filter(at -> at.plus(window).isAfter(now) && !at.isAfter(now.plus(SET_BACK)))
                .toList();
    }

    private boolean isOfDay(Instant now) {
        return ofDay > 0
                && now.isBefore(dayBegan.plus(LockoutRules.DAY))
                && !dayBegan.isAfter(now.plus(SET_BACK));
    }

    /// The lock, if it holds now.
    Optional<Lock> lock(Instant now) {
        return lock.filter(
                each -> now.isBefore(each.until()) && !each.since().isAfter(now.plus(SET_BACK)));
    }

    /// Whether nothing of it matters any more.
    boolean isOver(Instant now, Duration window) {
        return lock(now).isEmpty() && !isOfDay(now) && within(now, window).isEmpty();
    }
}
