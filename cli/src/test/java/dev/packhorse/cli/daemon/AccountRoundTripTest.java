package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.demo.TreeDigest;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
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
        Map<String, String> filesBefore = filesOf(server, account);
        wipe(server, account, filesBefore);

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
        assertThat(filesOf(server, account)).as("files about %s", account).isEqualTo(filesBefore);
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

    /// What the server says of an account: each file with the account's or one of its domains'
    /// name, and its lines in the user database.
    private static Map<String, String> filesOf(Path server, String account) throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (String folder :
                List.of(
                        "var/cpanel/users",
                        "var/cpanel/userdata/" + account,
                        "var/spool/cron",
                        "var/named",
                        "etc/valiases",
                        "etc/vdomainaliases",
                        "etc/vfilters",
                        "etc/proftpd",
                        "var/cpanel/ssl/apache_tls",
                        "var/cpanel/suspended",
                        "var/cpanel/suspendinfo")) {
            collect(server, server.resolve(folder), account, files);
        }
        for (String database : List.of("etc/passwd", "etc/shadow", "etc/group")) {
            for (String line : Files.readAllLines(server.resolve(database))) {
                if (line.startsWith(account + ":")) {
                    files.put(database, withoutDay(database, line));
                }
            }
        }
        return files;
    }

    /// The day of the last password change is that of the restore.
    private static String withoutDay(String database, String line) {
        return database.equals("etc/shadow") ? line.split(":", -1)[1] : line;
    }

    private static void collect(Path server, Path folder, String account, Map<String, String> files)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        String path = server.relativize(file).toString();
                        if (path.contains(account)) {
                            files.put(path, Files.readString(file));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static void wipe(Path server, String account, Map<String, String> files)
            throws IOException {
        removeTree(server.resolve("home").resolve(account));
        for (String file : files.keySet()) {
            if (file.startsWith("etc/passwd")
                    || file.startsWith("etc/shadow")
                    || file.startsWith("etc/group")) {
                List<String> kept = new ArrayList<>();
                for (String line : Files.readAllLines(server.resolve(file))) {
                    if (!line.startsWith(account + ":")) {
                        kept.add(line);
                    }
                }
                Files.write(server.resolve(file), kept);
            } else {
                Files.delete(server.resolve(file));
            }
        }
    }

    private static void removeTree(Path tree) throws IOException {
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path folder, @Nullable IOException failure) throws IOException {
                        Files.delete(folder);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
