package dev.packhorse.transport.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// An empty place for each test, and short words for what is done there.
abstract class OpenedPlace {
    private Transport transport;

    /// The place of this test.
    final Transport transport() {
        return transport;
    }

    /// Opens a fresh, empty place.
    protected abstract Transport open() throws Exception;

    /// How many objects make a long listing: more than a page of any protocol that pages. Fewer
    /// where there are no pages and each object costs processes.
    protected int many() {
        return 1001;
    }

    /// Whether the server leaves an object alone when an upload to its key is taken back, as it
    /// must.
    protected boolean takesBackUploadsAlone() {
        return true;
    }

    /// What lies at the place besides objects: temporary files, parts of uploads. Empty where a
    /// test cannot look.
    protected List<String> leftovers() throws IOException {
        return List.of();
    }

    /// Whether [#leftovers()] looks.
    protected boolean knowsLeftovers() {
        return false;
    }

    @BeforeEach
    void openTransport() throws Exception {
        transport = open();
    }

    @AfterEach
    void closeTransport() throws TransportException {
        // Null when the place could not be opened, or its server is not here.
        if (transport != null) {
            transport.close();
            transport.close();
        }
    }

    static ObjectKey key(String text) {
        return new ObjectKey(text);
    }

    static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    final void put(String key, byte[] bytes) throws IOException {
        put(key, BytesContent.of(bytes), UploadJournal.none());
    }

    final void put(String key, Content content, UploadJournal journal) throws IOException {
        transport.put(key(key), content, PutMode.REPLACE, journal, Cancellation.never());
    }

    final byte[] read(String key, ByteRange range) throws IOException {
        return transport.read(key(key), range, InputStream::readAllBytes, Cancellation.never());
    }

    final List<String> list(String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        transport.list(prefix, object -> keys.add(object.key().value()), Cancellation.never());
        return keys;
    }

    static void assertKind(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    /// A call as the engine makes it: again, a little later, after a failure that may pass. Some
    /// servers answer so to callers that meet, and while they still hold what a caller that went
    /// away was writing.
    static <T> T patiently(Callable<T> call) throws Exception {
        for (int tries = 1; ; tries++) {
            try {
                return call.call();
            } catch (TransportException e) {
                if (!e.kind().retryable() || tries == 100) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    /// Runs the calls at the same time, as many as the place takes.
    final <T> List<T> inParallel(List<Callable<T>> calls) throws Exception {
        Semaphore places = new Semaphore(transport.traits().maxConnections());
        List<Callable<T>> limited = new ArrayList<>();
        for (Callable<T> call : calls) {
            limited.add(() -> {
                places.acquireUninterruptibly();
                try {
                    return call.call();
                } finally {
                    places.release();
                }
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(limited)) {
                results.add(future.get());
            }
            return results;
        }
    }
}
