package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.demo.TreeDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Every account of the demo server: packed, read by `tar` and `gzip`, wiped from the server,
/// restored through the queue, and compared: the home directory file by file, and every file of the
/// server that tells of the account.
class AccountRoundTripTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir private Path work;

    @Test
    void everyDemoAccountComesBackEqual() throws Exception {
        assumeTrue(isRoot(), "accounts have users of their own, which takes root");
        Path server = work.resolve("server");
        DemoServer.write(server, 2_000);
        // Special files are left out of archives by promise, so they would be the one difference.
        Files.delete(server.resolve("home/frank/odd/special/fifo"));
        Files.delete(server.resolve("home/frank/odd/special/socket"));
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m")) {
            for (String account : DemoServer.ACCOUNTS) {
                roundTrip(daemon, server, account);
            }
            assertThat(daemon.stop()).isZero();
        }
    }

    private static boolean isRoot() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    }

    private void roundTrip(DaemonUnderTest daemon, Path server, String account) throws Exception {
        Path home = server.resolve("home").resolve(account);
        JsonNode started =
                daemon.call("packhorse_backup_start", new Parameters().add("user", account));
        JsonNode backup = daemon.awaitEnd(started.path("job").asString(""), LIMIT);
        assertThat(backup.path("state").asString(""))
                .as("backup: %s", backup)
                .isEqualTo("succeeded");
        Path archive =
                server.resolve("backup")
                        .resolve(backup.path("result").path("archive").asString(""));
        assertReadByTarAndGzip(archive, account, home);

        String homeBefore = TreeDigest.sha256(home);
        Map<String, String> filesBefore = AccountTraces.filesOf(server, account);
        AccountTraces.wipe(server, account, filesBefore);

        String date = backup.path("result").path("archive").asString("").substring(0, 10);
        JsonNode task =
                daemon.call(
                        "restore_queue_add_task",
                        new Parameters()
                                .add("user", account)
                                .add("restore_point", date)
                                .add("mail_config", "1")
                                .add("mysql", "1")
                                .add("subdomains", "1"));
        daemon.call("restore_queue_activate", new Parameters());
        JsonNode restore = daemon.awaitEnd(task.path("queue_id").asString(""), LIMIT);
        assertThat(restore.path("result").path("result").asInt(0))
                .as("restore: %s", restore)
                .isIn(1, 2);

        assertThat(TreeDigest.sha256(home)).as("home of %s", account).isEqualTo(homeBefore);
        assertThat(AccountTraces.filesOf(server, account))
                .as("files about %s", account)
                .isEqualTo(filesBefore);
    }

    private static void assertReadByTarAndGzip(Path archive, String account, Path home)
            throws Exception {
        run("gzip", "-t", archive.toString());
        run("tar", "tzf", archive.toString());
        // Compares content, mode, owner, time and links of every member of the home with the
        // source.
        run(
                "tar",
                "--compare",
                "--file=" + archive,
                "--gzip",
                "--directory=" + home,
                "--strip-components=2",
                "--wildcards",
                account + "/homedir/*");
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s: %s", String.join(" ", command), tail(output))
                .isZero();
    }

    private static String tail(String output) {
        return output.substring(Math.max(0, output.length() - 2_000));
    }
}
