package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.queue.QueueException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// On H2 a transaction that may write begins only after the one before it was committed; why,
/// [H2Dialect] says.
@Timeout(60)
class OneWriterTest {
    @TempDir private Path folder;

    @Test
    void aWriterWaitsForTheOneBeforeAndAReaderDoesNot() throws Exception {
        try (Store store = TestStore.h2(folder);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            Transactions transactions = new Transactions(store, QueueException::new);
            CountDownLatch writing = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            Future<Boolean> first =
                    threads.submit(() ->
                            transactions.<Boolean, RuntimeException>change(
                                    "pause",
                                    t -> {
                                        JobControl.setPaused(
                                                t, "", JobKind.BACKUP, true, "root", Instant.EPOCH);
                                        writing.countDown();
                                        await(goOn);
                                        return true;
                                    }));
            writing.await();
            AtomicBoolean begun = new AtomicBoolean();
            Future<Boolean> second =
                    threads.submit(() ->
                            transactions.<Boolean, RuntimeException>promise(
                                    "resume", t -> begun.getAndSet(true)));
            try {
                ReentrantLock lock = (ReentrantLock) store.dialect().writing().orElseThrow();
                Eventually.holds("the second writer waits", lock::hasQueuedThreads);
                assertThat(begun).isFalse();
                assertThat(paused(transactions)).isEmpty();
            } finally {
                goOn.countDown();
            }
            assertThat(first.get()).isTrue();
            assertThat(second.get()).isFalse();
            assertThat(paused(transactions)).containsExactly(JobKind.BACKUP);
        }
    }

    private static Set<JobKind> paused(Transactions transactions) {
        return transactions.read("look", t -> JobControl.paused(t, ""));
    }

    private static void await(CountDownLatch latch) throws SQLException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new SQLException(e);
        }
    }
}
