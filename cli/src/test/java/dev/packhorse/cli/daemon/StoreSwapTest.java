package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreCopy;
import dev.packhorse.engine.jdbc.StoreSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a daemon says to an embedded store that is not the one it had: it ends with 65, and the
/// commands that it prints do what they say.
class StoreSwapTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir private Path work;
    private Path state;
    private Path file;

    @BeforeEach
    void aDaemonThatRan() throws Exception {
        state = work.resolve("state");
        file = state.resolve("packhorse.mv.db");
        DemoServer.write(work.resolve("server"), 50);
        try (DaemonUnderTest daemon = start()) {
            backUp(daemon, "alice");
            assertThat(daemon.stop()).isZero();
        }
    }

    private DaemonUnderTest start() throws IOException {
        return DaemonUnderTest.start(work, "256m");
    }

    private static void backUp(DaemonUnderTest daemon, String user) throws Exception {
        String job =
                daemon.call("packhorse_backup_start", new Parameters().add("user", user))
                        .path("job")
                        .asString("");
        assertThat(daemon.awaitEnd(job, LIMIT).path("state").asString(""))
                .isIn("succeeded", "partial");
    }

    private static int points(DaemonUnderTest daemon, String user) throws Exception {
        return daemon.call("packhorse_restore_point_list", new Parameters().add("user", user))
                .path("restore_points")
                .size();
    }

    /// Its exit code was 65; what it said.
    private String refused() throws Exception {
        return DaemonUnderTest.refusal(work, 65);
    }

    private void writeCopy() throws Exception {
        try (Store store = Store.open(StoreSettings.h2(state.resolve("packhorse")))) {
            new StoreCopy(store, state).write();
        }
    }

    private void cut(int percent) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() * percent / 100);
        }
    }

    private void doAsTold(String message) throws Exception {
        String command =
                message.lines()
                        .filter(line -> line.startsWith("    "))
                        .reduce((_, last) -> last)
                        .orElseThrow()
                        .strip();
        Process shell =
                new ProcessBuilder("sh", "-ec", command)
                        .redirectErrorStream(true)
                        .redirectOutput(work.resolve("shell.log").toFile())
                        .start();
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue())
                .as("%s: %s", command, Files.readString(work.resolve("shell.log")))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 40, 70})
    void aFileThatWasCutIsFoundOutAndTheCopyPutBack(int percent) throws Exception {
        writeCopy();
        cut(percent);
        String message = refused();
        assertThat(message).contains("cannot start: the store", "packhorse-copy.sql.gz");
        doAsTold(message);
        assertThat(state.resolve("packhorse.mv.db.bad")).exists();
        try (DaemonUnderTest daemon = start()) {
            assertThat(points(daemon, "alice")).isEqualTo(1);
        }
    }

    /// What H2 writes while it closes may be missing without a loss; then the start is right.
    @ParameterizedTest
    @ValueSource(ints = {90, 95, 99})
    void aFileWithoutItsVeryEndIsWholeOrFoundOut(int percent) throws Exception {
        cut(percent);
        try (DaemonUnderTest daemon = start()) {
            assertThat(points(daemon, "alice")).isEqualTo(1);
        } catch (IOException e) {
            assertThat(refused()).contains("cannot start: the store");
        }
    }

    @Test
    void withoutACopyAnEmptyStoreTakesUpWhatIsThere() throws Exception {
        Files.write(file, new byte[20_000]);
        String message = refused();
        assertThat(message).contains(file + " cannot be opened", "There is no copy of it");
        doAsTold(message);
        try (DaemonUnderTest daemon = start()) {
            assertThat(points(daemon, "alice")).isZero();
            daemon.call("packhorse_catalog_rebuild", new Parameters());
            assertThat(points(daemon, "alice")).isEqualTo(1);
        }
    }

    @Test
    void anOlderFileInItsPlaceIsFoundOut() throws Exception {
        Path older = Files.copy(file, work.resolve("older"));
        Path newest = work.resolve("newest");
        try (DaemonUnderTest daemon = start()) {
            backUp(daemon, "bob");
            daemon.kill();
        }
        Files.copy(file, newest);
        Files.copy(older, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(refused()).contains("the store is older than it was", "rm " + state);

        Files.copy(newest, file, StandardCopyOption.REPLACE_EXISTING);
        try (DaemonUnderTest daemon = start()) {
            assertThat(points(daemon, "bob")).isEqualTo(1);
            assertThat(daemon.stop()).isZero();
        }
        Files.copy(older, file, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(state.resolve("packhorse.mark"));
        try (DaemonUnderTest daemon = start()) {
            assertThat(points(daemon, "bob")).isZero();
        }
    }

    @Test
    void aFileThatIsGoneIsNotTakenForAFirstStart() throws Exception {
        Files.delete(file);
        assertThat(refused()).contains("the store is older than it was");
    }

    @Test
    void aFileOfANewerVersionIsRefused() throws Exception {
        try (Connection connection =
                        DriverManager.getConnection(
                                "jdbc:h2:file:" + state.resolve("packhorse"), "packhorse", "");
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO \"flyway_schema_history\" VALUES (99, '999', 'from the future',"
                            + " 'SQL', 'V999__future.sql', 1, 'x', CURRENT_TIMESTAMP, 1, TRUE)");
        }
        assertThat(refused()).contains("version 999, made by a newer Packhorse");
    }
}
