package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CheckedContent;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Reads a content once, from its first byte to its end, and sends its parts, up to four at a time.
/// The first failure stops the rest. One use.
public final class PartedUpload {
    private static final int IN_FLIGHT = 4;

    private final PartPlan plan;
    private final ByteSize leastPart;
    private final PartMemory memory;
    private final PartSender sender;
    private final Semaphore places = new Semaphore(IN_FLIGHT);
    private final CancellationSource stop = new CancellationSource();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /// An upload.
    ///
    /// @param leastPart the smallest part that the place takes, but for the last
    public PartedUpload(PartPlan plan, ByteSize leastPart, PartMemory memory, PartSender sender) {
        this.plan = plan;
        this.leastPart = leastPart;
        this.memory = memory;
        this.sender = sender;
    }

    /// Returns once every part was sent and the content was found to be what it declares; then, and
    /// only then, it may be published. No sender runs any more when this returns or throws.
    ///
    /// @throws IOException the first failure of the source or of a sender
    public void run(ObjectKey key, Content content, Cancellation cancellation) throws IOException {
        try (Cancellation.Registration _ = cancellation.onRequest(stop::request);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                CheckedContent source = new CheckedContent(key, content, stop)) {
            readAndSend(key, PartCuts.of(plan, leastPart, content.alike()), source, threads);
        } catch (IOException e) {
            fail(e);
        }
        throwFailure();
    }

    private void readAndSend(
            ObjectKey key,
            List<PartCuts.Cut> cuts,
            CheckedContent source,
            ExecutorService threads) {
        try {
            for (int i = 0; i < cuts.size(); i++) {
                int length = cuts.get(i).length();
                memory.take(length, stop);
                submit(read(key, source, i + 1, cuts.get(i)), length, threads);
            }
            if (source.read() >= 0) {
                throw new IllegalStateException("a checked content gave more than it declares");
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            fail(e);
        }
    }

    /// Gives the memory back if it fails.
    private Part read(ObjectKey key, CheckedContent source, int number, PartCuts.Cut cut)
            throws IOException {
        int length = cut.length();
        boolean read = false;
        try {
            byte[] bytes = new byte[length];
            if (source.readNBytes(bytes, 0, length) < length) {
                throw new TransportException(
                        Kind.CORRUPT, "put " + key + ": the source ends within a part");
            }
            read = true;
            return new Part(number, bytes, cut.origin());
        } finally {
            if (!read) {
                memory.giveBack(length);
            }
        }
    }

    private void submit(Part part, int length, ExecutorService threads) throws IOException {
        boolean begun = false;
        try {
            PartMemory.acquire(places, 1, stop);
            threads.execute(() -> send(part));
            begun = true;
        } finally {
            if (!begun) {
                memory.giveBack(length);
            }
        }
    }

    private void send(Part part) {
        try {
            stop.check();
            sender.send(part, stop);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            fail(e);
        } finally {
            memory.giveBack(part.length());
            places.release();
        }
    }

    private void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        stop.request();
    }

    private void throwFailure() throws IOException {
        switch (failure.get()) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IOException("out of memory while sending parts", e);
        }
    }
}
