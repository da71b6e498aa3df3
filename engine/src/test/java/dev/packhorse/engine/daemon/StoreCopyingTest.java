package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreCopy;
import dev.packhorse.engine.jdbc.StoreSettings;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The copies that a daemon makes of its store while it works and when it stops.
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoreCopyingTest {
    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir Path folder;

    private Store store;
    private StoreMark mark;
    private StoreCopying copying;

    @BeforeEach
    void open() throws Exception {
        StoreSettings place = StoreSettings.h2(folder.resolve("packhorse"));
        store = Store.open(place);
        mark = StoreMark.take(store, place, folder);
        copying = new StoreCopying(new StoreCopy(store, folder), mark, folder);
    }

    @AfterEach
    void close() throws Exception {
        copying.close();
        store.close();
    }

    private Path copy() {
        return folder.resolve(StoreCopy.FILE_NAME);
    }

    private List<Path> underWay() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(".packhorse-copy"))
                    .toList();
        }
    }

    @Test
    void aStopWaitsForTheCopyUnderWayAndLeavesTheStoreSound() throws Exception {
        JdbcJobQueue queue =
                new JdbcJobQueue(store, SettableClock.somewhere(), WorkListener.none());
        for (int i = 0; i < 3_000; i++) {
            queue.enqueue(JobRequest.of(JobKind.RESTORE, "account" + i, "root", "{}"));
        }
        copying.start(OFTEN);
        while (underWay().isEmpty()) {
            Thread.onSpinWait();
        }

        copying.close();

        assertThat(underWay()).isEmpty();
        try (GZIPInputStream script = new GZIPInputStream(Files.newInputStream(copy()))) {
            assertThat(new String(script.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .contains("account0", "account2999");
        }
        store.check();
        assertThat(store.failure()).isEmpty();
    }

    @Test
    void aCopyThatFailsIsTriedAgain() throws Exception {
        Path inTheWay = Files.createDirectories(copy().resolve("folder"));
        copying.start(OFTEN);
        while (underWay().isEmpty()) {
            Thread.onSpinWait();
        }
        Files.delete(inTheWay);
        Files.delete(copy());

        while (!Files.isRegularFile(copy())) {
            Thread.onSpinWait();
        }
        long noted = store.mark();
        assertThat(noted).isGreaterThan(1);
    }
}
