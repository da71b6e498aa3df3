package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.QueueException;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreTest {
    @TempDir Path folder;

    @Test
    void h2RunsWithTheSettingsThatDurabilityNeeds() throws Exception {
        try (Store store = TestStore.h2(folder);
                Connection connection = store.connection();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT setting_value FROM information_schema.settings"
                                        + " WHERE setting_name = 'WRITE_DELAY'")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("0");
            assertThat(store.isShared()).isFalse();
            store.check();
            assertThat(store.failure()).isEmpty();
        }
    }

    @Test
    void h2ClaimReadsItsIndexInOrder() throws Exception {
        try (Store store = TestStore.h2(folder);
                Connection connection = store.connection();
                PreparedStatement statement =
                        connection.prepareStatement("EXPLAIN " + JobClaim.FIRST)) {
            statement.setString(1, "BACKUP");
            statement.setInt(2, 100);
            statement.setLong(3, 0);
            statement.setLong(4, 0);
            statement.setString(5, "n1");
            statement.setString(6, "n1");
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                assertThat(rows.getString(1))
                        .contains("JOB_CLAIM_ORDER: ")
                        .contains("STATE = 'PENDING'")
                        .contains("KIND = ?1")
                        .contains("index sorted");
            }
        }
    }

    @Test
    void h2FileIsForItsOwnerAlone() throws Exception {
        try (Store store = TestStore.h2(folder)) {
            assertThat(store.failure()).isEmpty();
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(folder.resolve("queue.mv.db"))))
                    .isEqualTo("rw-------");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WRITE_DELAY=500",
                "AUTO_SERVER=TRUE",
                "INIT=RUNSCRIPT FROM 'x'",
                "DB_CLOSE_ON_EXIT=TRUE",
                "file_lock=no"
            })
    void h2SettingsThatEndangerTheStoreAreRefusedByName(String setting) {
        String key = setting.substring(0, setting.indexOf('=')).toUpperCase(java.util.Locale.ROOT);
        assertThatThrownBy(() -> open("jdbc:h2:file:" + folder + "/queue;" + setting))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("must not set " + key);
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:h2:mem:x",
                "jdbc:h2:tcp://host/x",
                "jdbc:h2:file:relative",
                "jdbc:h2:~/x",
                "jdbc:mysql://host/x",
                ""
            })
    void urlsThatAreNoStoreAreRefused(String url) {
        assertThatThrownBy(() -> open(url))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("database.url must");
    }

    @Test
    void forcedSettingsMayBeNamedAndOthersPass() throws Exception {
        H2Address address = H2Address.parse("jdbc:h2:file:/x/queue;WRITE_DELAY=0;CACHE_SIZE=1000;");
        assertThat(address.file()).isEqualTo(Path.of("/x/queue.mv.db"));
        assertThat(address.url())
                .startsWith("jdbc:h2:file:/x/queue;CACHE_SIZE=1000;")
                .containsOnlyOnce("WRITE_DELAY=0")
                .contains("DB_CLOSE_ON_EXIT=FALSE");
    }

    @Test
    void absentFolderIsNamed() {
        assertThatThrownBy(() -> open("jdbc:h2:file:" + folder + "/none/queue"))
                .isInstanceOf(StoreException.class)
                .hasMessage("the folder of the store is not there: " + folder + "/none");
    }

    @Test
    void secondProcessIsToldWhoHasTheStore() throws Exception {
        Process other = ChildStore.start(folder);
        try {
            long pid = other.pid();
            ChildStore.awaitLine(other, "open");
            assertThatThrownBy(() -> TestStore.h2(folder))
                    .isInstanceOf(StoreLockedException.class)
                    .hasMessage(
                            "the store "
                                    + folder
                                    + "/queue.mv.db is in use by another process (pid "
                                    + pid
                                    + "); stop that one first, or give this one a state folder of"
                                    + " its own");
        } finally {
            other.destroyForcibly();
            other.waitFor(30, TimeUnit.SECONDS);
        }
        TestStore.h2(folder).close();
    }

    @Test
    void damagedFileIsAnErrorThatNamesIt() throws IOException {
        Files.write(folder.resolve("queue.mv.db"), new byte[20_000]);
        assertThatThrownBy(() -> TestStore.h2(folder))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(folder + "/queue.mv.db cannot be opened");
    }

    @Test
    void closedStoreCanBeOpenedAgainWithItsContents() throws Exception {
        JobId id;
        try (Store store = TestStore.h2(folder)) {
            id = queue(store).enqueue(JobQueueContract.backup("a")).id();
        }
        try (Store store = TestStore.h2(folder)) {
            assertThat(queue(store).find(id)).isPresent();
        }
    }

    @Test
    void interruptedThreadDoesNotCloseTheStore() throws Exception {
        try (Store store = TestStore.h2(folder)) {
            Thread.currentThread().interrupt();
            JobId id = queue(store).enqueue(JobQueueContract.backup("a")).id();
            assertThat(Thread.interrupted()).isFalse();
            assertThat(queue(store).find(id)).isPresent();
        }
    }

    @Test
    void storeOfANewerVersionIsRefused() throws Exception {
        try (Store store = TestStore.h2(folder);
                Connection connection = store.connection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO \"flyway_schema_history\" VALUES (99, '999', 'from the future',"
                            + " 'SQL', 'V999__future.sql', 1, 'x', CURRENT_TIMESTAMP, 1, TRUE)");
            connection.commit();
        }
        assertThatThrownBy(() -> TestStore.h2(folder))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("999");
    }

    @Test
    void failedStoreTakesNothingMore() throws Exception {
        try (Store store = TestStore.h2(folder)) {
            JdbcJobQueue queue = queue(store);
            store.fail(new SQLException("sync failed"));
            assertThat(store.failure()).contains("sync failed");
            assertThatThrownBy(() -> queue.enqueue(JobQueueContract.backup("a")))
                    .isInstanceOf(QueueException.class)
                    .hasMessage(
                            "enqueue a job: the store failed and takes nothing until the daemon is"
                                    + " started again: sync failed");
            assertThatThrownBy(store::check).isInstanceOf(StoreException.class);
        }
    }

    @Test
    void unreachableServerIsAnErrorWithoutThePassword() {
        assertThatThrownBy(() ->
                        Store.open(
                                new StoreSettings(
                                        "jdbc:postgresql://127.0.0.1:1/x?password=marker2",
                                        "packhorse",
                                        new Secret("marker1"),
                                        2)))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith(
                        "the store at jdbc:postgresql://127.0.0.1:1/x cannot be opened: ")
                .satisfies(e -> {
                    for (Throwable t = e; t != null; t = t.getCause()) {
                        assertThat(String.valueOf(t.getMessage()))
                                .doesNotContain("marker1", "marker2");
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0, 201})
    void poolSizesThatCannotWorkAreRefused(int size) {
        assertThatThrownBy(() -> new StoreSettings("x", "y", new Secret(""), size))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void open(String url) throws StoreException {
        Store.open(new StoreSettings(url, "packhorse", new Secret(""), 2)).close();
    }

    private static JdbcJobQueue queue(Store store) {
        return new JdbcJobQueue(store, SettableClock.somewhere(), WorkListener.none());
    }
}
