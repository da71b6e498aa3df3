package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A slot that is taken. A thread of its own renews its token, over a connection of its own, since
/// an upload may use all of the other; when that was not possible for too long, or others have
/// taken the token away, the slot is lost before they count it as free.
final class HeldSlot implements UploadSlot {
    private static final Logger LOG = LoggerFactory.getLogger(HeldSlot.class);

    private final SlotLine line;
    private final Destination place;
    private final SlotTimes times;
    private final CancellationSource cancellation = new CancellationSource();
    private final CancellationSource renewing = new CancellationSource();
    private final Cancellation.Registration outer;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ReentrantLock writing = new ReentrantLock();

    /// What may be there: a renewal that failed may have arrived.
    private final Deque<SlotToken> written = new ArrayDeque<>();

    private CompletableFuture<Void> timer = CompletableFuture.completedFuture(null);
    private volatile boolean lost;

    private HeldSlot(
            SlotLine line,
            Destination place,
            SlotTimes times,
            SlotToken token,
            Cancellation outer) {
        this.line = line;
        this.place = place;
        this.times = times;
        this.written.add(token);
        this.outer = outer.onRequest(cancellation::request);
    }

    /// @param place where the tokens are
    /// @param token stands there
    static HeldSlot begin(
            SlotLine line,
            Destination place,
            SlotTimes times,
            SlotToken token,
            Cancellation outer) {
        HeldSlot slot = new HeldSlot(line, place, times, token, outer);
        slot.timer = slot.lostAfterAWhile();
        Thread.ofPlatform().name("packhorse-slot").daemon().start(slot::keep);
        return slot;
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public boolean isLost() {
        return lost;
    }

    private void keep() {
        try {
            while (!ended.await(times.renewEvery().toMillis(), TimeUnit.MILLISECONDS) && !lost) {
                renew();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts here", e);
        }
    }

    private void renew() {
        writing.lock();
        try {
            if (ended.getCount() == 0) {
                return;
            }
            CompletableFuture<Void> next = lostAfterAWhile();
            boolean renewed = false;
            try (Transport transport = line.open(place)) {
                renewed = renew(line.tokens(transport, renewing));
            } finally {
                (renewed ? timer : next).cancel(false);
            }
            timer = next;
        } catch (TransportException | CancelledException e) {
            if (ended.getCount() > 0) {
                LOG.atWarn()
                        .addKeyValue("reason", e.getMessage())
                        .log("an upload slot could not be renewed; tries again");
            }
        } finally {
            writing.unlock();
        }
    }

    /// @return false if it is not ours any more
    private boolean renew(SlotTokens tokens) throws TransportException, CancelledException {
        SlotToken newest = written.getLast();
        boolean there = tokens.list().stream().anyMatch(each -> each.id().equals(newest.id()));
        if (!there) {
            lose();
            return false;
        }
        SlotToken next = newest.renewed();
        written.addLast(next);
        tokens.put(next);
        while (written.size() > 1) {
            tokens.delete(written.getFirst());
            written.removeFirst();
        }
        return true;
    }

    /// Counted from before the renewal, so that nobody can have seen it earlier.
    private CompletableFuture<Void> lostAfterAWhile() {
        return CompletableFuture.runAsync(
                this::lose,
                CompletableFuture.delayedExecutor(
                        times.giveUp().toMillis(), TimeUnit.MILLISECONDS, Runnable::run));
    }

    private void lose() {
        if (ended.getCount() > 0) {
            lost = true;
            cancellation.request();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        outer.close();
        renewing.request();
        writing.lock();
        try {
            timer.cancel(false);
            giveBack();
        } finally {
            writing.unlock();
            line.ended(written.getFirst());
        }
    }

    private void giveBack() {
        try (Transport transport = line.open(place)) {
            for (SlotToken token : written) {
                transport.delete(token.key());
            }
        } catch (TransportException e) {
            LOG.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("an upload slot could not be given back now; it is free after a while");
        }
    }
}
