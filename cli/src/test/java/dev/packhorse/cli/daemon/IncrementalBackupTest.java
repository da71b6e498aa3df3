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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Incremental backups as an administrator asks for them: set, started, killed, packed into a
/// folder.
class IncrementalBackupTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration SETTLED = Duration.ofSeconds(30);
    private static final String USER = "bob";

    @TempDir private Path work;

    @Test
    void anAccountIsKeptAsATreeThatLinksToTheRunBefore() throws Exception {
        assumeTrue(isRoot(), "a tree keeps owners, which takes root");
        Path server = work.resolve("server");
        DemoServer.write(server, 50);
        Path home = server.resolve("home").resolve(USER);
        Path site = home.resolve("public_html");
        try (DaemonUnderTest daemon = start()) {
            daemon.call(
                    "backup_config_set",
                    new Parameters().add("backuptype", "incremental").add("linkdest", "1"));
            JsonNode first = backup(daemon);
            Path tree =
                    server.resolve("backup")
                            .resolve(first.path("result").path("archive").asString(""));
            assertThat(first.path("result").path("archive").asString(""))
                    .endsWith("/accounts/" + USER);
            assertThat(tree.resolve("cp").resolve(USER)).isRegularFile();
            assertThat(tree.resolveSibling(".packhorse/" + USER + ".manifest.json"))
                    .content()
                    .contains(first.path("result").path("sha256").asString("-"));
            assertThat(TreeDigest.sha256(tree.resolve("homedir")))
                    .isEqualTo(TreeDigest.sha256(home));
            Path file = anyFile(site);
            Path kept = tree.resolve("homedir/public_html").resolve(site.relativize(file));
            awaitLinks(daemon, kept);
            assertThat(partials(tree.resolveSibling("."))).isZero();
            assertThat(daemon.stop()).isZero();
        }
    }

    @Test
    void aStartRemovesTheHalfTreeOfAKilledRun() throws Exception {
        assumeTrue(isRoot(), "a tree keeps owners, which takes root");
        Path server = work.resolve("server");
        DemoServer.write(server, 50);
        Path accounts = server.resolve("backup/2026-01-31/accounts");
        Path half = accounts.resolve(".packhorse-partial-0190a1b2c3d4");
        Files.createDirectories(half.resolve("homedir/public_html"));
        Files.writeString(half.resolve("homedir/public_html/index.php"), "<?php");
        Files.createSymbolicLink(half.resolve("homedir/away"), server.resolve("home"));
        try (DaemonUnderTest daemon = start()) {
            DaemonUnderTest.await(LIMIT, () -> !Files.exists(half));
            assertThat(server.resolve("home").resolve(USER)).isDirectory();
            assertThat(daemon.stop()).isZero();
        }
    }

    @Test
    void packingIntoAFolderBringsItUpToDate() throws Exception {
        assumeTrue(isRoot(), "a tree keeps owners, which takes root");
        Path server = work.resolve("server");
        DemoServer.write(server, 50);
        Path home = server.resolve("home").resolve(USER);
        Path tree = server.resolve("home/cpmove-" + USER);
        try (DaemonUnderTest daemon = start()) {
            pkgacct(daemon);
            assertThat(TreeDigest.sha256(tree.resolve("homedir")))
                    .isEqualTo(TreeDigest.sha256(home));
            Files.delete(anyFile(home.resolve("public_html")));
            pkgacct(daemon);
            assertThat(TreeDigest.sha256(tree.resolve("homedir")))
                    .isEqualTo(TreeDigest.sha256(home));
            assertThat(partials(tree.resolveSibling("."))).isZero();
            assertThat(daemon.stop()).isZero();
        }
    }

    private DaemonUnderTest start() throws IOException {
        return DaemonUnderTest.start(work, "256m");
    }

    private static boolean isRoot() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
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

    /// Files that were just made are copied once more; after that they are linked, and the tree
    /// that is replaced goes away, so that its file lives on in the new one.
    private static void awaitLinks(DaemonUnderTest daemon, Path kept) throws Exception {
        long end = System.nanoTime() + SETTLED.toNanos();
        Object before = Files.getAttribute(kept, "unix:ino");
        backup(daemon);
        Object now = Files.getAttribute(kept, "unix:ino");
        while (!now.equals(before)) {
            assertThat(System.nanoTime()).as("%s is copied every time", kept).isLessThan(end);
            before = now;
            backup(daemon);
            now = Files.getAttribute(kept, "unix:ino");
        }
    }

    private static void pkgacct(DaemonUnderTest daemon) throws Exception {
        daemon.call(
                "start_background_pkgacct",
                new Parameters().add("user", USER).add("incremental", "1"));
        DaemonUnderTest.await(
                LIMIT,
                () -> {
                    try {
                        return open(daemon, "pending") + open(daemon, "active") == 0;
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
        assertThat(open(daemon, "failed")).isZero();
    }

    private static int open(DaemonUnderTest daemon, String state) throws Exception {
        return daemon.call("packhorse_job_list", new Parameters().add("state", state))
                .path("jobs")
                .size();
    }

    private static Path anyFile(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !Files.isSymbolicLink(file))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static long partials(Path folder) throws IOException {
        try (var names = Files.list(folder)) {
            return names.filter(
                            name -> name.getFileName().toString().startsWith(".packhorse-partial"))
                    .count();
        }
    }
}
