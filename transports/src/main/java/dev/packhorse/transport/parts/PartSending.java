package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Sends parts, up to four at a time, while they are made one after the other. The first failure,
/// of the maker or of a sender, stops the rest. One use.
final class PartSending {
    private static final int IN_FLIGHT = 4;

    private final PartMemory memory;
    private final PartSender sender;
    private final Semaphore places = new Semaphore(IN_FLIGHT);
    private final CancellationSource stop = new CancellationSource();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    PartSending(PartMemory memory, PartSender sender) {
        this.memory = memory;
        this.sender = sender;
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
            stop.check();
            sender.send(part, stop);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            fail(e);
        } finally {
            memory.giveBack(length);
            places.release();
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
