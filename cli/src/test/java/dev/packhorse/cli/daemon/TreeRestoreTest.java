package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.demo.TreeDigest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Accounts come back from what lies on the disk as folders: trees of two runs that share files, a
/// split archive, the folder of a pkgacct. All with the real daemon and its queue.
class TreeRestoreTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String USER = "bob";

    @TempDir private Path work;

    private Path server;
    private Path home;

    @BeforeEach
    void makeServer() throws IOException {
        assumeTrue(
                (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
                "accounts have users of their own, which takes root");
        server = work.resolve("server");
        DemoServer.write(server, 50);
        home = server.resolve("home").resolve(USER);
    }

    @Test
    void anAccountComesBackFromTheTreeOfEitherRun() throws Exception {
        Path kept = anyFile();
        awaitSettled(kept);
        List<String> firstHome = TreeDigest.lines(home);
        LocalDate earlier;
        try (DaemonUnderTest daemon = start()) {
            wantTrees(daemon);
            LocalDate day = dateOf(backup(daemon));
            assertThat(daemon.stop()).isZero();
            earlier = day.minusDays(1);
            Files.move(backups().resolve(day.toString()), backups().resolve(earlier.toString()));
        }
        forgetAllButTheKey();
        change(kept);
        List<String> secondHome = TreeDigest.lines(home);
        Map<String, String> traces = AccountTraces.filesOf(server, USER);
        try (DaemonUnderTest daemon = start()) {
            daemon.call("packhorse_catalog_rebuild", new Parameters());
            JsonNode backup = backup(daemon);
            LocalDate day = dateOf(backup);
            assertListed(daemon, Set.of(earlier, day));
            assertThat(inode(tree(day).resolve("homedir").resolve(home.relativize(kept))))
                    .as("an unchanged file is linked")
                    .isEqualTo(
                            inode(tree(earlier).resolve("homedir").resolve(home.relativize(kept))));

            AccountTraces.wipe(server, USER, traces);
            assertRestored(fromQueue(daemon, day));
            assertThat(transferLogs()).contains("of " + day + " at local (made by this server)");
            assertThat(TreeDigest.lines(home)).isEqualTo(secondHome);
            assertThat(AccountTraces.filesOf(server, USER)).isEqualTo(traces);

            AccountTraces.wipe(server, USER, traces);
            assertThat(
                            packhorse(
                                    "restore",
                                    USER,
                                    "--point=" + earlier,
                                    "--follow",
                                    "--state=" + work.resolve("state")))
                    .isIn(0, 3);
            assertThat(TreeDigest.lines(home)).isEqualTo(firstHome);
            assertThat(AccountTraces.filesOf(server, USER)).isEqualTo(traces);
            assertThat(daemon.stop()).isZero();
        }
    }

    @Test
    void aTreeWithOneOtherByteIsRefusedAndNothingIsTouched() throws Exception {
        try (DaemonUnderTest daemon = start()) {
            wantTrees(daemon);
            LocalDate day = dateOf(backup(daemon));
            changeOneByte(tree(day).resolve("homedir").resolve(home.relativize(anyFile())));
            Files.writeString(home.resolve("public_html/new.html"), "made since the backup");
            List<String> homeBefore = TreeDigest.lines(home);
            Map<String, String> traces = AccountTraces.filesOf(server, USER);

            JsonNode restore = fromQueue(daemon, day);

            assertThat(restore.path("state").asString("")).isEqualTo("failed");
            assertThat(restore.path("result").path("message").asString(""))
                    .contains(tree(day).toString())
                    .contains("does not have the digest of its manifest");
            assertThat(TreeDigest.lines(home)).isEqualTo(homeBefore);
            assertThat(AccountTraces.filesOf(server, USER)).isEqualTo(traces);
            assertThat(daemon.stop()).isZero();
        }
    }

    @Test
    void anAccountComesBackFromPartsAndFromAFolder() throws Exception {
        byte[] noise = new byte[3 << 20];
        new Random(1).nextBytes(noise);
        Path large = Files.write(home.resolve("noise.bin"), noise);
        Files.setAttribute(large, "unix:uid", Files.getAttribute(home, "unix:uid"));
        Files.setAttribute(large, "unix:gid", Files.getAttribute(home, "unix:gid"));
        List<String> before = TreeDigest.lines(home);
        Map<String, String> traces = AccountTraces.filesOf(server, USER);
        try (DaemonUnderTest daemon = start()) {
            pack(daemon, "split", "split_size", "compressionsetting");
            Path parts = server.resolve("home/cpmove-" + USER + "-split");
            try (var files = Files.list(parts)) {
                assertThat(files.count()).isGreaterThan(2);
            }
            pack(daemon, "incremental");
            for (String archive : List.of("cpmove-" + USER + "-split", "cpmove-" + USER)) {
                AccountTraces.wipe(server, USER, traces);
                assertRestored(fromPath(daemon, "/home/" + archive));
                assertThat(TreeDigest.lines(home)).as(archive).isEqualTo(before);
                assertThat(AccountTraces.filesOf(server, USER)).as(archive).isEqualTo(traces);
            }
            assertThat(daemon.stop()).isZero();
        }
    }

    private DaemonUnderTest start() throws IOException {
        return DaemonUnderTest.start(work, "256m");
    }

    private Path backups() {
        return server.resolve("backup");
    }

    private Path tree(LocalDate day) {
        return backups().resolve(day + "/accounts/" + USER);
    }

    private static void wantTrees(DaemonUnderTest daemon) throws Exception {
        daemon.call(
                "backup_config_set",
                new Parameters().add("backuptype", "incremental").add("linkdest", "1"));
    }

    private static JsonNode backup(DaemonUnderTest daemon) throws Exception {
        JsonNode started =
                daemon.call("packhorse_backup_start", new Parameters().add("user", USER));
        JsonNode backup = daemon.awaitEnd(started.path("job").asString(""), LIMIT);
        assertThat(backup.path("state").asString(""))
                .as("backup: %s", backup)
                .isEqualTo("succeeded");
        return backup;
    }

    private static LocalDate dateOf(JsonNode backup) {
        return LocalDate.parse(backup.path("result").path("archive").asString("").substring(0, 10));
    }

    private static JsonNode fromQueue(DaemonUnderTest daemon, LocalDate day) throws Exception {
        JsonNode task =
                daemon.call(
                        "restore_queue_add_task",
                        new Parameters()
                                .add("user", USER)
                                .add("restore_point", day.toString())
                                .add("mail_config", "1")
                                .add("mysql", "1")
                                .add("subdomains", "1"));
        daemon.call("restore_queue_activate", new Parameters());
        return daemon.awaitEnd(task.path("queue_id").asString(""), LIMIT);
    }

    private static JsonNode fromPath(DaemonUnderTest daemon, String path) throws Exception {
        Set<String> known = jobs(daemon, "restore");
        daemon.call(
                "start_local_cpmove_restore",
                new Parameters()
                        .add("cpmovepath", path)
                        .add("username", USER)
                        .add("restricted", "0"));
        Set<String> made = jobs(daemon, "restore");
        made.removeAll(known);
        assertThat(made).hasSize(1);
        return daemon.awaitEnd(made.iterator().next(), LIMIT);
    }

    private static void pack(DaemonUnderTest daemon, String... switches) throws Exception {
        Parameters parameters = new Parameters().add("user", USER);
        for (String each : switches) {
            parameters.add(each, each.equals("compressionsetting") ? "compress" : "1");
        }
        Set<String> known = jobs(daemon, "pkgacct");
        daemon.call("start_background_pkgacct", parameters);
        Set<String> made = jobs(daemon, "pkgacct");
        made.removeAll(known);
        assertThat(made).hasSize(1);
        JsonNode packed = daemon.awaitEnd(made.iterator().next(), LIMIT);
        assertThat(packed.path("state").asString("")).as("%s", packed).isEqualTo("succeeded");
    }

    private static Set<String> jobs(DaemonUnderTest daemon, String kind) throws Exception {
        Set<String> ids = new TreeSet<>();
        daemon.call("packhorse_job_list", new Parameters().add("kind", kind))
                .path("jobs")
                .forEach(job -> ids.add(job.path("id").asString("")));
        return ids;
    }

    private static void assertRestored(JsonNode restore) {
        assertThat(restore.path("result").path("result").asInt(0))
                .as("restore: %s", restore)
                .isIn(1, 2);
    }

    private static void assertListed(DaemonUnderTest daemon, Set<LocalDate> days) throws Exception {
        JsonNode points =
                daemon.call("packhorse_restore_point_list", new Parameters().add("user", USER))
                        .path("restore_points");
        assertThat(points)
                .extracting(point -> LocalDate.parse(point.path("date").asString("")))
                .containsExactlyInAnyOrderElementsOf(days);
        assertThat(points)
                .allSatisfy(point -> {
                    assertThat(point.path("form").asString("")).isEqualTo("incremental");
                    assertThat(point.path("size").asLong(0)).isPositive();
                });
    }

    private String transferLogs() throws IOException {
        StringBuilder text = new StringBuilder();
        try (var files = Files.walk(work.resolve("state"))) {
            for (Path file : files.filter(TreeRestoreTest::isSessionLog).toList()) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }

    private static boolean isSessionLog(Path file) {
        return file.toString().contains("/sessions/") && Files.isRegularFile(file);
    }

    /// So the next daemon knows of the trees only what lies beside them.
    private void forgetAllButTheKey() throws IOException {
        Path state = work.resolve("state");
        byte[] key = Files.readAllBytes(state.resolve("manifest.key"));
        AccountTraces.removeTree(state);
        Files.createDirectory(state, permissions("rwx------"));
        Files.createFile(state.resolve("manifest.key"), permissions("rw-------"));
        Files.write(state.resolve("manifest.key"), key);
    }

    private static java.nio.file.attribute.FileAttribute<?> permissions(String mode) {
        return java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
                java.nio.file.attribute.PosixFilePermissions.fromString(mode));
    }

    /// A file goes, one changes its mode, one comes, with a further name and a link to it.
    private void change(Path kept) throws IOException {
        List<Path> others = files().stream().filter(file -> !file.equals(kept)).toList();
        Files.delete(others.get(0));
        Files.setAttribute(others.get(1), "unix:mode", 0604);
        Path made = Files.writeString(home.resolve("public_html/made.html"), "made since");
        Files.setAttribute(made, "unix:uid", Files.getAttribute(home, "unix:uid"));
        Files.setAttribute(made, "unix:gid", Files.getAttribute(home, "unix:gid"));
        Files.createLink(home.resolve("public_html/again.html"), made);
        Path link = home.resolve("public_html/link.html");
        Files.createSymbolicLink(link, Path.of("made.html"));
        Files.setAttribute(
                link, "unix:uid", Files.getAttribute(home, "unix:uid"), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(
                link, "unix:gid", Files.getAttribute(home, "unix:gid"), LinkOption.NOFOLLOW_LINKS);
    }

    /// Leaves size and time as they are.
    private static void changeOneByte(Path file) throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            int first = bytes.read();
            bytes.seek(0);
            bytes.write(first ^ 1);
        }
        Files.setLastModifiedTime(file, time);
    }

    /// A file that changed just now would be read again by the next run.
    private static void awaitSettled(Path file) throws IOException {
        long changed = ((FileTime) Files.getAttribute(file, "unix:ctime")).toMillis();
        DaemonUnderTest.await(LIMIT, () -> System.currentTimeMillis() - changed > 4_000);
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private Path anyFile() throws IOException {
        return files().getFirst();
    }

    private List<Path> files() throws IOException {
        try (var files = Files.walk(home.resolve("public_html"))) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> file.toFile().length() > 0)
                    .sorted()
                    .toList();
        }
    }

    private int packhorse(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        "dev.packhorse.cli.Packhorse"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("packhorse.out").toFile())
                .start()
                .waitFor();
    }
}
