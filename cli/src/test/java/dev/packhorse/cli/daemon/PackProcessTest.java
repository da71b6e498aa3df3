package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `packhorse pack` as a process of its own, on the demo server.
class PackProcessTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int LARGE_MIB = 600;
    private static final String PARTIAL = ".packhorse-partial-";

    @TempDir private Path work;

    private Path server;
    private Path out;
    private int runs;

    @BeforeEach
    void makeServer() throws IOException {
        server = work.resolve("server");
        DemoServer.write(server, 50);
        out = Files.createDirectory(server.resolve("out"));
    }

    /// How a command ended, and what it said on both streams.
    private record Ended(int code, String said) {}

    @Test
    void anAccountIsPackedAndTheLinesOfPkgacctAreTrue() throws Exception {
        Ended ended = pack("alice", "/out");
        Path archive = out.resolve("cpmove-alice.tar.gz");
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said().lines())
                .contains(
                        "pkgacct started.",
                        "Packing Homedir...Done",
                        "pkgacctfile is: " + archive,
                        "sha256sum is: " + sha256(archive),
                        "size is: " + Files.size(archive));
        assertThat(files(out)).containsExactly("cpmove-alice.tar.gz");
        Ended compared =
                run(
                        List.of(
                                "tar",
                                "--compare",
                                "--gzip",
                                "--file=" + archive,
                                "--directory=" + server.resolve("home/alice"),
                                "--strip-components=2",
                                "--wildcards",
                                "cpmove-alice/homedir/*"));
        assertThat(compared.code()).as(compared.said()).isZero();
    }

    @Test
    void serializedOutputIsTheLogAsItIsKept() throws Exception {
        Ended ended = pack("alice", "/out", "--skiphomedir", "--serialized_output");
        assertThat(ended.code()).as(ended.said()).isZero();
        List<String> said =
                ended.said().lines().filter(line -> line.contains("\"contents\"")).toList();
        StringBuilder text = new StringBuilder();
        for (String line : said) {
            JsonNode json = JsonMapper.shared().readTree(line);
            assertThat(json.path("type").asString()).isEqualTo("out");
            assertThat(json.path("timestamp").asString()).isNotEmpty();
            text.append(json.path("contents").asString());
        }
        Path archive = out.resolve("cpmove-alice.tar.gz");
        assertThat(text.toString().lines())
                .startsWith("pkgacct started.")
                .contains("pkgacctfile is: " + archive, "size is: " + Files.size(archive))
                .endsWith("pkgacct completed");
        assertThat(ended.said().lines()).doesNotContain("pkgacct started.");
        Path kept;
        try (Stream<Path> all = Files.walk(work)) {
            kept = all.filter(each -> each.endsWith("master.log")).findFirst().orElseThrow();
        }
        assertThat(Files.readAllLines(kept)).isEqualTo(said);
    }

    @Test
    void switchesChooseTheContainerAndLeaveOutTheHome() throws Exception {
        Ended ended = pack("alice", "/out", "--nocompress", "--skiphomedir");
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(files(out)).containsExactly("cpmove-alice.tar");
        Ended listed = run(List.of("tar", "-tf", out.resolve("cpmove-alice.tar").toString()));
        assertThat(listed.said())
                .contains("cpmove-alice/cp/alice")
                .doesNotContain("homedir/public_html");
    }

    @Test
    void everyLevelAndLibraryGivesAnArchiveThatGzipReads() throws Exception {
        long previous = Long.MAX_VALUE;
        for (String level : List.of("fast", "9")) {
            Ended ended =
                    pack(
                            "alice",
                            "/out",
                            "--level=" + level,
                            "--threads=1",
                            "--set=backup.compression_library=jdk");
            assertThat(ended.code()).as(ended.said()).isZero();
            Path archive = out.resolve("cpmove-alice.tar.gz");
            assertThat(run(List.of("gzip", "-t", archive.toString())).code()).isZero();
            assertThat(Files.size(archive)).as("size at level %s", level).isLessThan(previous);
            previous = Files.size(archive);
        }
    }

    @Test
    void whatCannotBeDoneIsNamed() throws Exception {
        Files.createDirectories(server.resolve("home/alice/public_html"));
        assertRefused(78, "there is no account zoe on this server", "zoe");
        assertRefused(1, "there is no account zoe on this server", "zoe", "/out");
        assertRefused(78, "there is no folder /nowhere on this server", "alice", "/nowhere");
        assertRefused(78, "give an absolute path", "alice", "out");
        assertRefused(78, "backup.compression_level is “10”", "alice", "/out", "--level=10");
        assertRefused(2, "not both", "alice", "/out", "--compress", "--nocompress");
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertRefused(78, "/out can be changed by others", "alice", "/out");
        assertThat(files(out)).isEmpty();
    }

    private void assertRefused(int code, String message, String... arguments) throws Exception {
        Ended ended = pack(arguments);
        assertThat(ended.said()).contains(message);
        assertThat(ended.code()).as(ended.said()).isEqualTo(code);
    }

    @Test
    void aRunningDaemonOnTheSameStateIsNotDisturbed() throws Exception {
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "128m")) {
            Ended ended = pack("bob", "/out");
            assertThat(ended.code()).as(ended.said()).isZero();
            assertThat(daemon.call("packhorse_job_list", new Parameters()).path("jobs").size())
                    .isZero();
            assertThat(daemon.stop()).isZero();
        }
    }

    @Test
    void whateverEndsAPackingNothingHalfMadeStays() throws Exception {
        writeLargeFile(server.resolve("home/gina"));
        Process killed = start("gina", "/out");
        awaitPartial(0);
        Ended second = pack("gina", "/out");
        assertThat(second.code()).as(second.said()).isEqualTo(75);
        assertThat(second.said()).contains("another process is packing gina already");
        killed.destroyForcibly();
        end(killed);
        assertThat(files(out)).as("after SIGKILL").singleElement().asString().startsWith(PARTIAL);

        // The next packing begins by replacing what the killed one left.
        Path left = out.resolve(files(out).getFirst());
        long inode = (Long) Files.getAttribute(left, "unix:ino");
        // A second name keeps the number of the old file from being given to the new one.
        Files.createLink(work.resolve("left"), left);
        Process stopped = start("gina", "/out");
        awaitPartial(inode);
        stopped.destroy();
        assertThat(end(stopped)).as("exit code after SIGTERM").isEqualTo(143);
        assertThat(files(out)).as("after SIGTERM").isEmpty();
        assertThat(files(work.resolve("state/pack/gina.work"))).isEmpty();
    }

    /// Waits until a packing has written a megabyte into a file other than that of an earlier one.
    private void awaitPartial(long otherThanInode) {
        DaemonUnderTest.await(
                LIMIT,
                () -> {
                    try (Stream<Path> found = Files.list(out)) {
                        for (Path each : found.toList()) {
                            long inode = (Long) Files.getAttribute(each, "unix:ino");
                            if (inode != otherThanInode && Files.size(each) > 1 << 20) {
                                return true;
                            }
                        }
                        return false;
                    } catch (NoSuchFileException e) {
                        // It was replaced between the list and the look.
                        return false;
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    /// Bytes that take a while even where nothing shrinks.
    private static void writeLargeFile(Path home) throws IOException {
        byte[] block = new byte[1 << 20];
        new Random(7).nextBytes(block);
        Path file = home.resolve("large.bin");
        try (OutputStream stream = Files.newOutputStream(file)) {
            for (int i = 0; i < LARGE_MIB; i++) {
                stream.write(block);
            }
        }
        Files.setAttribute(file, "unix:uid", Files.getAttribute(home, "unix:uid"));
        Files.setAttribute(file, "unix:gid", Files.getAttribute(home, "unix:gid"));
    }

    private Ended pack(String... arguments) throws Exception {
        Process process = start(arguments);
        int code = end(process);
        return new Ended(code, Files.readString(said()));
    }

    private Process start(String... arguments) throws IOException {
        runs++;
        List<String> words = new ArrayList<>(List.of("pack"));
        words.addAll(List.of(arguments));
        List<String> command = CommandLine.of(words);
        command.addAll(
                List.of(
                        "--set=host.root=" + server,
                        "--set=state=" + work.resolve("state"),
                        "--set=mysql.enabled=off",
                        "--set=host.name=host.packhorse.example"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said().toFile())
                .start();
    }

    private Path said() {
        return work.resolve("said-" + runs);
    }

    private static int end(Process process) throws InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("did not end within " + LIMIT);
        }
        return process.exitValue();
    }

    private static Ended run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.map(each -> String.valueOf(each.getFileName())).sorted().toList();
        }
    }
}
