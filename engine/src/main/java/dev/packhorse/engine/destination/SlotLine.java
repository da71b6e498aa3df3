package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The slots of one place, as this server goes by them.
///
/// Few places can refuse a name that is taken, so nobody relies on that: whoever wants a slot
/// writes a token, and has the slot only if two listings after that show no more tokens than there
/// are slots. Of those that would be too many, the last to write sees all others, so that there
/// never are. Of several that come at the same moment those with the higher names withdraw at once,
/// and the others wait for that. Who finds no slot stands in line with a token of another kind,
/// which each look renews, and lets those before it go first. Safe for many threads.
final class SlotLine {
    private static final Logger LOG = LoggerFactory.getLogger(SlotLine.class);
    private static final int LOOKS = 5;

    private final TransportOpener opener;
    private final ServerIdentity self;
    private final SlotTimes times;
    private final LongSupplier nanos;
    private final SlotSight sight;

    /// One look at a time.
    private final ReentrantLock looking = new ReentrantLock();

    /// The ids of the tokens that this process has, in any line.
    private final Set<String> own;

    private Optional<SlotToken> ticket = Optional.empty();
    private long renewedNanos;
    private volatile long looksAgainNanos;
    private volatile boolean mayLook = true;

    /// @param opener opens the place without asking whose it is
    /// @param own the ids of this process's tokens, of all lines; safe for many threads
    SlotLine(
            TransportOpener opener,
            ServerIdentity self,
            SlotTimes times,
            LongSupplier nanos,
            Set<String> own) {
        this.own = own;
        this.opener = opener;
        this.self = self;
        this.times = times;
        this.nanos = nanos;
        this.sight = new SlotSight(times, nanos, this::isAbandoned);
    }

    /// Opens the place with its settings of now.
    Transport open(Destination place) throws TransportException {
        return opener.open(place);
    }

    SlotTokens tokens(Transport transport, Cancellation cancellation) {
        return new SlotTokens(transport, self, cancellation);
    }

    /// A token of this server that this process knows nothing of.
    private boolean isAbandoned(SlotToken token) {
        return token.server().equals(self.id()) && !own.contains(token.id());
    }

    /// Takes a slot if one is free, else a place in the line.
    ///
    /// @param place where the tokens are
    /// @return empty if there is none now
    Optional<UploadSlot> claim(Destination place, int limit, Cancellation cancellation)
            throws TransportException, CancelledException {
        try (Transport transport = open(place)) {
            SlotTokens tokens = tokens(transport, cancellation);
            SlotSight.Standing standing = look(tokens);
            if (standing.held().size() + before(standing) < limit) {
                Optional<SlotToken> taken = take(tokens, standing.held(), limit);
                if (taken.isPresent()) {
                    leaveLine(tokens);
                    return Optional.of(
                            HeldSlot.begin(this, place, times, taken.get(), cancellation));
                }
            }
            standInLine(tokens, standing);
            return Optional.empty();
        }
    }

    /// How long an upload that was let wait is to wait; those that asked while another of this
    /// server looks come later.
    Duration delay(boolean looked) {
        Duration least = looked ? times.lookEvery() : times.othersAfter();
        return least.plusMillis(ThreadLocalRandom.current().nextLong(least.toMillis() + 1));
    }

    /// Begins a look, which no other of this server's makes meanwhile or soon after.
    boolean beginLook() {
        if (!looking.tryLock()) {
            return false;
        }
        if (mayLook || nanos.getAsLong() - looksAgainNanos > 0) {
            return true;
        }
        looking.unlock();
        return false;
    }

    /// Ends a look.
    ///
    /// @param waits whether others need not look for a while
    void endLook(boolean waits) {
        mayLook = !waits;
        looksAgainNanos = nanos.getAsLong() + times.lookEvery().toNanos();
        looking.unlock();
    }

    /// Called by a slot that was given back.
    void ended(SlotToken token) {
        own.remove(token.id());
        mayLook = true;
    }

    private SlotSight.Standing look(SlotTokens tokens)
            throws TransportException, CancelledException {
        SlotSight.Standing standing = sight.look(tokens.list());
        for (SlotToken dead : standing.dead()) {
            try {
                tokens.delete(dead);
            } catch (TransportException e) {
                // It does not count in any case.
                LOG.atInfo()
                        .addKeyValue("token", dead.key())
                        .addKeyValue("reason", e.getMessage())
                        .log("the upload slot of a server that is gone cannot be removed");
            }
        }
        return standing;
    }

    /// How many stand before this server in the line; all, if it does not stand there.
    private long before(SlotSight.Standing standing) {
        Optional<String> mine =
                ticket.map(SlotToken::id).filter(id -> standing.alive().containsKey(id));
        return standing.line().stream()
                .filter(each -> !each.server().equals(self.id()))
                .filter(each -> mine.isEmpty() || each.id().compareTo(mine.get()) < 0)
                .count();
    }

    /// @param before the slots that were taken before this one
    private Optional<SlotToken> take(SlotTokens tokens, Set<String> before, int limit)
            throws TransportException, CancelledException {
        SlotToken token = SlotToken.held(self);
        own.add(token.id());
        boolean taken = false;
        try {
            tokens.put(token);
            taken = isWithin(tokens, token, before, limit);
        } finally {
            if (!taken) {
                withdraw(tokens, token);
            }
        }
        return taken ? Optional.of(token) : Optional.empty();
    }

    private boolean isWithin(SlotTokens tokens, SlotToken token, Set<String> before, int limit)
            throws TransportException, CancelledException {
        Set<String> earlier = look(tokens).held();
        for (int look = 0; look < LOOKS; look++) {
            if (look > 0) {
                pause(tokens.cancellation());
            }
            // A listing that takes its time may show neither name of one that is renewed meanwhile.
            Set<String> now = look(tokens).held();
            Set<String> held = new TreeSet<>(earlier);
            held.addAll(now);
            earlier = now;
            if (!held.contains(token.id())) {
                throw new TransportException(
                        Kind.UNAVAILABLE,
                        "list " + SlotToken.PREFIX + ": what was just stored is not there");
            }
            if (held.size() <= limit) {
                return true;
            }
            Set<String> since = new TreeSet<>(held);
            since.removeAll(before);
            int room = limit - (held.size() - since.size());
            if (since.stream().limit(Math.max(0, room)).noneMatch(token.id()::equals)) {
                return false;
            }
        }
        return false;
    }

    private void pause(Cancellation cancellation) throws CancelledException {
        LockSupport.parkNanos(this, times.settle().toNanos());
        cancellation.check();
    }

    /// What stays there is removed by the next look.
    private void withdraw(SlotTokens tokens, SlotToken token) {
        try {
            tokens.delete(token);
        } catch (TransportException e) {
            LOG.atInfo()
                    .addKeyValue("reason", e.getMessage())
                    .log("an upload slot that was not taken could not be given back yet");
        } finally {
            own.remove(token.id());
        }
    }

    private void leaveLine(SlotTokens tokens) {
        ticket.ifPresent(left -> withdraw(tokens, left));
        ticket = Optional.empty();
    }

    private void standInLine(SlotTokens tokens, SlotSight.Standing standing)
            throws TransportException, CancelledException {
        Optional<SlotToken> before = ticket.filter(each -> standing.alive().containsKey(each.id()));
        long now = nanos.getAsLong();
        if (before.isPresent() && now - renewedNanos < times.waitsFor().dividedBy(4).toNanos()) {
            return;
        }
        SlotToken next =
                before.map(SlotToken::renewed)
                        .orElseGet(() -> SlotToken.waits(self, newest(standing)));
        ticket.map(SlotToken::id).filter(id -> !id.equals(next.id())).ifPresent(own::remove);
        ticket = Optional.of(next);
        own.add(next.id());
        tokens.put(next);
        renewedNanos = now;
        for (SlotToken old : standing.listed()) {
            if (old.id().equals(next.id())) {
                tokens.delete(old);
            }
        }
    }

    private static long newest(SlotSight.Standing standing) {
        return standing.line().stream().mapToLong(SlotToken::number).max().orElse(0);
    }
}
