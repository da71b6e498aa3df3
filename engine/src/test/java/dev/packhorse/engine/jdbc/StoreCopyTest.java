package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.h2.tools.RunScript;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCopyTest {
    @TempDir Path folder;

    @Test
    void copyRestoresTheStore() throws Exception {
        Path state = Files.createDirectory(folder.resolve("state"));
        Path other = Files.createDirectory(folder.resolve("other"));
        Job job;
        try (Store store = TestStore.h2(state)) {
            JdbcJobQueue queue = queue(store);
            JobId id = queue.enqueue(JobQueueContract.backup("demo").withUniqueKey("k")).id();
            job = queue.find(id).orElseThrow();
            Path copy = new StoreCopy(store, state).write();
            assertThat(copy).isEqualTo(state.resolve("packhorse-copy.sql.gz"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                    .isEqualTo("rw-------");
        }
        RunScript.main(
                "-url",
                "jdbc:h2:file:" + other.resolve("queue"),
                "-user",
                "packhorse",
                "-script",
                state.resolve("packhorse-copy.sql.gz").toString(),
                "-options",
                "compression",
                "gzip");
        try (Store store = TestStore.h2(other)) {
            assertThat(queue(store).find(job.id())).contains(job);
            assertThat(queue(store).enqueue(job.request()).added()).isFalse();
        }
    }

    @Test
    void copyReplacesTheOneBeforeAndSweepsWhatACrashLeft() throws Exception {
        try (Store store = TestStore.h2(folder)) {
            Path left = Files.createDirectory(folder.resolve(".packhorse-copy-1234"));
            Files.writeString(left.resolve("packhorse-copy.sql.gz"), "half");
            StoreCopy copy = new StoreCopy(store, folder);
            long first = Files.size(copy.write());
            JdbcJobQueue queue = queue(store);
            for (int i = 0; i < 50; i++) {
                queue.enqueue(JobQueueContract.backup("account" + i));
            }
            assertThat(Files.size(copy.write())).isGreaterThan(first);
            try (var files = Files.list(folder)) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder("queue.mv.db", "packhorse-copy.sql.gz");
            }
        }
    }

    @Test
    void copyThatCannotBeWrittenLeavesTheStoreSound() throws Exception {
        try (Store store = TestStore.h2(folder)) {
            StoreCopy copy = new StoreCopy(store, folder.resolve("none"));
            assertThatThrownBy(copy::write)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(folder.resolve("none").toString());
            assertThat(store.failure()).isEmpty();
            assertThat(queue(store).list(JobQueueContract.all())).isEqualTo(List.of());
        }
    }

    private static JdbcJobQueue queue(Store store) {
        return new JdbcJobQueue(store, SettableClock.somewhere(), WorkListener.none());
    }
}
