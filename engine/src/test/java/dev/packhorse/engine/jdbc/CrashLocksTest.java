package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No row is held for ever by a transaction that was cut short when its process was killed.
///
/// H2 takes its picture of the tables one table after the other. With several transactions writing
/// at a time it can store a change without the note that it is not committed: whoever comes to such
/// a row later waits for a transaction that has never been. Seen in a daemon that was killed a
/// hundred times: the end of a backup turned in circles within H2, the heartbeat waited for it, and
/// the queue stood still. It takes some luck to hit, here as there.
class CrashLocksTest {
    private static final int ROUNDS = Integer.getInteger("packhorse.crashRounds", 10);
    private static final long SEED = 20261128;
    private static final List<String> TABLES =
            List.of("job", "job_event", "slot", "paused_kind", "restore_point");

    @TempDir Path folder;

    @Test
    void everyRowCanBeChangedAfterSigkill() throws Exception {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            workAndKill(1 + random.nextInt(200));
            try (Store store = TestStore.h2(folder)) {
                for (String table : TABLES) {
                    assertRowsAreFree(store, table, round);
                }
            }
        }
        System.out.printf("figure: %d kills, each row free afterwards%n", ROUNDS);
    }

    private void workAndKill(int finished) throws Exception {
        Process child = ChildStore.start(folder, "work");
        // A child that stands still would hold the test up for ever.
        Thread.ofPlatform().daemon().start(() -> endAfter(child, Duration.ofSeconds(60)));
        try (BufferedReader lines = child.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("open");
            for (int i = 0; i < finished; i++) {
                assertThat(lines.readLine()).isEqualTo("finished");
            }
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void endAfter(Process child, Duration limit) {
        try {
            if (!child.waitFor(limit)) {
                child.destroyForcibly();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertRowsAreFree(Store store, String table, int round) throws Exception {
        Thread thread = Thread.ofPlatform().daemon().start(() -> lock(store, table));
        assertThat(thread.join(Duration.ofSeconds(30)))
                .as("rows of %s can be locked after kill %s", table, round)
                .isTrue();
    }

    private static void lock(Store store, String table) {
        try (Connection connection = store.connection();
                Statement statement = connection.createStatement()) {
            statement.executeQuery("SELECT * FROM " + table + " FOR UPDATE").close();
            connection.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
