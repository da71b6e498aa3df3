package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.WorkListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetyCopiesTest {
    private static final Instant NOW = Instant.parse("2026-03-09T00:00:00Z");

    @TempDir private Path folder;
    @TempDir private Path state;
    private Store store;
    private JobQueue queue;
    private OpenRestores restores;

    @BeforeEach
    void open() throws Exception {
        store = TestStore.h2(state);
        queue = new JdbcJobQueue(store, InstantSource.fixed(NOW), WorkListener.none());
        restores = new OpenRestores(queue);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void copiesOfMoreThanAWeekGoWhateverBecameOfTheirAccount() throws Exception {
        Path alice = Files.createDirectory(folder.resolve("alice"));
        for (String name :
                List.of(
                        "2026-03-01T000000.000Z.tar.gz",
                        "2026-03-01T000000.000Z.manifest.json",
                        ".packhorse-partial-2026-03-01T000000.000Z",
                        "2026-03-05T000000.000Z.tar.gz",
                        ".packhorse-partial-2026-03-08T235959.000Z",
                        "notes")) {
            Files.createFile(alice.resolve(name));
        }
        SafetyCopies.removeOld(folder, NOW, restores);
        try (Stream<Path> left = Files.list(alice)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "2026-03-05T000000.000Z.tar.gz",
                            ".packhorse-partial-2026-03-08T235959.000Z",
                            "notes");
        }
        SafetyCopies.removeOld(folder.resolve("absent"), Instant.EPOCH, restores);
    }

    /// Whose copy it needs nobody knows then.
    @Test
    void whereARestoreCannotBeReadAllStay() throws Exception {
        Path alice = Files.createDirectory(folder.resolve("alice"));
        Files.createFile(alice.resolve("2026-03-01T000000.000Z.tar.gz"));
        JobId job =
                queue.enqueue(JobRequest.of(JobKind.RESTORE, "bob", "root", "{\"at\":\"safety\"}"))
                        .id();

        SafetyCopies.removeOld(folder, NOW, restores);

        assertThat(alice).isNotEmptyDirectory();
        queue.requestCancel(job, "root");
        SafetyCopies.removeOld(folder, NOW, restores);
        assertThat(alice).isEmptyDirectory();
    }

    @Test
    void oneThatARestoreIsMadeFromStaysUntilThatIsOver() throws Exception {
        String old = "2026-03-01T000000.000Z";
        for (String account : List.of("alice", "bob")) {
            Path copies = Files.createDirectory(folder.resolve(account));
            Files.createFile(copies.resolve(old + ".tar.gz"));
            Files.createFile(copies.resolve(old + ".manifest.json"));
        }
        JobId job =
                queue.enqueue(
                                JobRequest.of(
                                        JobKind.RESTORE,
                                        "alice",
                                        "root",
                                        JobJson.write(RestoreServer.safetyCopy("alice", old))))
                        .id();

        SafetyCopies.removeOld(folder, NOW, restores);

        assertThat(folder.resolve("bob")).isEmptyDirectory();
        try (Stream<Path> left = Files.list(folder.resolve("alice"))) {
            assertThat(left).hasSize(2);
        }
        queue.requestCancel(job, "root");
        SafetyCopies.removeOld(folder, NOW, restores);
        assertThat(folder.resolve("alice")).isEmptyDirectory();
    }
}
