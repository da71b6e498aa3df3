package dev.packhorse.transport.parts;

import dev.packhorse.transport.decorator.Pause;
import dev.packhorse.transport.decorator.RetryPolicy;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Sends parts, up to four at a time, while they are made one after the other. A part whose failure
/// may pass is sent again a few times: of many thousands some always fail. The first failure of the
/// maker, or of a sender for good, stops the rest. One use.
final class PartSending {
    private static final int IN_FLIGHT = 4;

    private final PartMemory memory;
    private final PartSender sender;
    private final Pause pause;
    private final Semaphore places = new Semaphore(IN_FLIGHT);
    private final CancellationSource stop = new CancellationSource();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    PartSending(PartMemory memory, PartSender sender) {
        this(memory, sender, Pause.real());
    }

    /// @param pause waits before a part is sent again
    PartSending(PartMemory memory, PartSender sender, Pause pause) {
        this.memory = memory;
        this.sender = sender;
        this.pause = pause;
    }

    /// Makes the parts and hands each to [#submit].
    @FunctionalInterface
    interface Maker {
        void make() throws IOException;
    }

    /// Requested once the upload was cancelled or failed.
    Cancellation stop() {
        return stop;
    }

    /// Returns once the maker has returned and every part was sent. No sender runs any more when
    /// this returns or throws.
    ///
    /// @throws IOException the first failure of the maker or of a sender
    void run(Cancellation cancellation, Maker maker) throws IOException {
        try (Cancellation.Registration _ = cancellation.onRequest(stop::request);
                threads) {
            make(maker);
        }
        throwFailure();
    }

    private void make(Maker maker) {
        try {
            maker.make();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            fail(e);
        }
    }

    /// Sends a part whose memory was taken before, and gives that back. Waits while enough are in
    /// flight.
    ///
    /// @param length how much was taken
    void submit(Part part, int length) throws IOException {
        boolean begun = false;
        try {
            PartMemory.acquire(places, 1, stop);
            threads.execute(() -> send(part, length));
            begun = true;
        } finally {
            if (!begun) {
                memory.giveBack(length);
            }
        }
    }

    private void send(Part part, int length) {
        try {
            sendPatiently(part);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            fail(e);
        } finally {
            memory.giveBack(length);
            places.release();
        }
    }

    private void sendPatiently(Part part) throws IOException {
        long begin = pause.nanoTime();
        for (int tries = 1; ; tries++) {
            stop.check();
            try {
                sender.send(part, stop);
                return;
            } catch (TransportException e) {
                Duration gone = Duration.ofNanos(pause.nanoTime() - begin);
                Duration wait =
                        RetryPolicy.PART
                                .waitAfter(e, tries, gone, ThreadLocalRandom.current())
                                .orElseThrow(() -> e);
                pause.pause(wait, stop);
            }
        }
    }

    private void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        stop.request();
    }

    /// Throws the first failure, if there is one.
    void throwFailure() throws IOException {
        switch (failure.get()) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IOException("out of memory while sending parts", e);
        }
    }
}
