package dev.packhorse.engine.auth;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Keeps the guessing of second factors' codes short. After ten wrong ones within a week none of
/// that user's is judged for a quarter of an hour, wherever it comes from, and each further one
/// doubles the time, up to a day.
///
/// Here a name is closed, other than by wrong passwords: only who has the password can bring that
/// about. A right code takes nothing back, else a guesser would go on after each login of the
/// owner's. Safe for many threads.
final class CodeGuard {
    static final int MOST = 10;
    static final Duration WINDOW = Duration.ofDays(7);
    private static final Duration FIRST = Duration.ofMinutes(15);

    private final InstantSource clock;
    private final LoginGuard.Listener listener;

    /// One code at a time, so that many guesses at once are no more than one after another.
    private final Object judging = new Object();

    /// Guarded by `this`, as what follows.
    private final Tallies users = new Tallies();

    private long locks;

    CodeGuard(InstantSource clock, LoginGuard.Listener listener) {
        this.clock = clock;
        this.listener = listener;
    }

    /// Judges the code of a user who has a second factor and gave the right password.
    @FunctionalInterface
    interface Check {
        boolean isRight(String user) throws IOException;
    }

    /// Judges a code, and counts it if it is wrong.
    ///
    /// @return false also if the user's codes are not judged now; nothing tells the two apart
    boolean takes(String user, Check code) throws IOException {
        Optional<Lockout> fresh;
        synchronized (judging) {
            if (isLocked(user)) {
                return false;
            }
            if (code.isRight(user)) {
                return true;
            }
            fresh = failed(user);
        }
        listener.changed();
        fresh.ifPresent(listener::lockedOut);
        return false;
    }

    private synchronized boolean isLocked(String user) {
        Instant now = clock.instant();
        return users.find(user).flatMap(tally -> tally.lock(now)).isPresent();
    }

    private synchronized Optional<Lockout> failed(String user) {
        Instant now = clock.instant();
        Tally after =
                users.find(user)
                        .orElseGet(() -> Tally.begun(now))
                        .failedAgain(now, WINDOW, MOST, FIRST);
        users.put(user, after, now);
        Optional<Lockout> fresh = after.lock(now).map(lock -> lockout(user, lock));
        locks += fresh.isPresent() ? 1 : 0;
        return fresh;
    }

    private static Lockout lockout(String user, Tally.Lock lock) {
        return new Lockout("", user, lock.since(), lock.until(), lock.failures());
    }

    /// Whose codes are not judged now.
    synchronized List<Lockout> lockouts() {
        Instant now = clock.instant();
        List<Lockout> all = new ArrayList<>();
        users.all()
                .forEach((user, tally) ->
                        tally.lock(now).ifPresent(lock -> all.add(lockout(user, lock))));
        return all;
    }

    /// How often codes were closed so far.
    synchronized long locks() {
        return locks;
    }

    /// Forgets everything.
    ///
    /// @return how many locks there were
    synchronized int clear() {
        return users.removeIf(_ -> true, clock.instant());
    }

    /// What is to be kept, without what is over.
    synchronized Map<String, Tally> kept() {
        users.sweep(clock.instant(), WINDOW);
        return users.all();
    }

    synchronized int size() {
        return users.size();
    }

    synchronized void resume(Map<String, Tally> kept) {
        Instant now = clock.instant();
        kept.forEach((user, tally) -> users.put(user, tally, now));
    }
}
