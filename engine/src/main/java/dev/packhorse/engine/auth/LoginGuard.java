package dev.packhorse.engine.auth;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Keeps guessing slow and short. Wrong logins are counted by address, by user, and by both
/// together:
///
/// - An address with too many of them is locked out for a while: nothing that it sends is judged.
/// - At loopback, which all users of this server share, only the user that was guessed at is locked
///   out, and right API tokens, which cannot be guessed, are taken all the same.
/// - A user's failures from everywhere make answers slow and lock nobody out: else strangers could
///   keep anybody from work.
/// - Wrong codes of second factors are counted by user besides, by a [CodeGuard].
/// - The socket file, which only root can enter, is not counted at all.
///
/// Only users that may call at all are counted by name, so that strangers can neither fill memory
/// nor find their passwords, typed into the wrong field, kept here. Safe for many threads.
public final class LoginGuard {
    /// The daemon's shortest pause before a refusal; longer than a password hash takes.
    public static final Duration USUAL_PAUSE = Duration.ofMillis(500);

    private static final int MOST_DOUBLINGS = 3;

    private final LockoutRules rules;
    private final Duration shortest;
    private final InstantSource clock;
    private final Listener listener;

    private final Tallies addresses = new Tallies();
    private final Tallies users = new Tallies();
    private final Tallies both = new Tallies();
    private final CodeGuard codes;
    private long refused;
    private long turnedAway;
    private long lockouts;

    /// Is told of what happens, on the caller's thread; does not wait for anything.
    public interface Listener {
        /// For guards that forget everything with the process.
        Listener NONE =
                new Listener() {
                    @Override
                    public void changed() {}

                    @Override
                    public void lockedOut(Lockout lockout) {}
                };

        /// There is something to keep.
        void changed();

        /// An address was locked out, or a user's codes.
        void lockedOut(Lockout lockout);
    }

    /// What is kept across restarts: tallies by key.
    ///
    /// @param codes wrong codes of second factors, by user
    record Kept(
            Map<String, Tally> addresses,
            Map<String, Tally> users,
            Map<String, Tally> both,
            Map<String, Tally> codes) {}

    /// @param shortest how long the answer to a first wrong login takes at least
    public LoginGuard(
            LockoutRules rules, Duration shortest, InstantSource clock, Listener listener) {
        this.rules = rules;
        this.shortest = shortest;
        this.clock = clock;
        this.listener = listener;
        this.codes = new CodeGuard(clock, listener);
    }

    /// What judges codes of second factors.
    CodeGuard codes() {
        return codes;
    }

    /// How long nothing is judged for this source and user; empty if it is.
    ///
    /// @param user as it was given
    /// @param isToken whether an API token was given
    synchronized Optional<Duration> lockedFor(LoginSource source, String user, boolean isToken) {
        if (source.isSocketFile() || rules.spares(source.address())) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Optional<Tally.Lock> lock = both.find(key(source, user)).flatMap(tally -> tally.lock(now));
        if (lock.isEmpty() && (isToken || !source.isLoopback())) {
            lock = addresses.find(source.network()).flatMap(tally -> tally.lock(now));
        }
        return lock.map(each -> Duration.between(now, each.until()));
    }

    /// Takes note that something was not judged.
    synchronized void turnedAway() {
        turnedAway++;
    }

    /// Counts a failure.
    ///
    /// @param user whose credentials were wrong; empty if nobody of that name may call
    /// @return how long the answer takes at least
    Duration failed(LoginSource source, String user) {
        if (source.isSocketFile()) {
            return shortest;
        }
        List<Lockout> fresh = new ArrayList<>();
        Duration pause = count(source, user, fresh);
        listener.changed();
        fresh.forEach(listener::lockedOut);
        return pause;
    }

    private synchronized Duration count(LoginSource source, String user, List<Lockout> fresh) {
        Instant now = clock.instant();
        boolean mayLock = !rules.spares(source.address());
        refused++;
        int most = add(addresses, source.network(), now, mayLock, fresh);
        if (!user.isEmpty()) {
            most = Math.max(most, add(users, user, now, false, fresh));
            add(both, key(source, user), now, mayLock, fresh);
        }
        lockouts += fresh.size();
        return shortest.multipliedBy(1L << Math.min(most - 1, MOST_DOUBLINGS));
    }

    /// @return how many there are now within the window
    private int add(
            Tallies tallies, String key, Instant now, boolean mayLock, List<Lockout> fresh) {
        Tally before = tallies.find(key).orElseGet(() -> Tally.begun(now));
        Tally after = before.failed(now, rules, mayLock);
        tallies.put(key, after, now);
        if (!after.lock().equals(before.lock())) {
            after.lock().ifPresent(lock -> fresh.add(lockout(key, lock)));
        }
        return before.count(now, rules.window()) + 1;
    }

    /// A right password takes back what the user's own mistakes were; what the address tried with
    /// other names stays. A token, which programs use all the time, would take back a guesser's.
    void succeeded(LoginSource source, String user) {
        boolean changed;
        synchronized (this) {
            changed = !source.isSocketFile() && both.remove(key(source, user));
        }
        if (changed) {
            listener.changed();
        }
    }

    /// Who is locked out now.
    public synchronized List<Lockout> lockouts() {
        Instant now = clock.instant();
        List<Lockout> all = new ArrayList<>();
        for (Tallies tallies : List.of(addresses, both)) {
            tallies.all()
                    .forEach((key, tally) ->
                            tally.lock(now).ifPresent(lock -> all.add(lockout(key, lock))));
        }
        all.addAll(codes.lockouts());
        return all;
    }

    private static Lockout lockout(String key, Tally.Lock lock) {
        int blank = key.indexOf(' ');
        return new Lockout(
                blank < 0 ? key : key.substring(0, blank),
                blank < 0 ? "" : key.substring(blank + 1),
                lock.since(),
                lock.until(),
                lock.failures());
    }

    /// Lets an address in again and forgets its failures; of an IPv6 address its whole /64, of one
    /// at loopback all of that.
    ///
    /// @return how many locks there were
    public int clear(InetAddress address) {
        String network = ClientNetwork.of(address).name();
        return clear(key -> key.equals(network) || key.startsWith(network + " "));
    }

    /// Lets everybody in again and forgets all failures.
    ///
    /// @return how many locks there were
    public int clearAll() {
        return codes.clear() + clear(_ -> true);
    }

    private int clear(Predicate<String> keys) {
        int locked;
        synchronized (this) {
            Instant now = clock.instant();
            locked = addresses.removeIf(keys, now) + both.removeIf(keys, now);
        }
        listener.changed();
        return locked;
    }

    /// What came of logins so far.
    public synchronized LoginCounts counts() {
        return new LoginCounts(refused, turnedAway, lockouts + codes.locks(), lockouts().size());
    }

    /// What is to be kept now, without what is over.
    synchronized Kept kept() {
        Instant now = clock.instant();
        for (Tallies tallies : List.of(addresses, users, both)) {
            tallies.sweep(now, rules.window());
        }
        return new Kept(addresses.all(), users.all(), both.all(), codes.kept());
    }

    /// How many tallies there are.
    synchronized int size() {
        return addresses.size() + users.size() + both.size() + codes.size();
    }

    /// Takes up what was kept.
    synchronized void resume(Kept kept) {
        Instant now = clock.instant();
        kept.addresses().forEach((key, tally) -> addresses.put(key, tally, now));
        kept.users().forEach((key, tally) -> users.put(key, tally, now));
        kept.both().forEach((key, tally) -> both.put(key, tally, now));
        codes.resume(kept.codes());
    }

    private static String key(LoginSource source, String user) {
        return source.network() + " " + user;
    }
}
