package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.fault.Fault;
import dev.packhorse.transport.fault.FaultProxy;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Looking into a tree at an Rsync destination with `packhorse ls` and `cat`.
class FarTreeProcessTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String USER = "alice";
    private static final String FROM = "--from=offsite";

    @TempDir private Path work;

    private Path server = Path.of("");
    private Path far = Path.of("");
    private String slot = "";
    private String folder = "";
    private int port;

    private record Ended(int code, ByteString out, String err) {
        String text() {
            return new String(out.toBytes(), StandardCharsets.UTF_8);
        }
    }

    @BeforeEach
    void makeServer() throws IOException {
        assumeTrue(Identity.ofProcess().isRoot(), "only root may look into archives");
        server = work.resolve("server");
        DemoServer.write(server, 50);
        folder = OpensshServer.shared().freshFolder();
        port = OpensshServer.shared().port();
        far = OpensshServer.shared().home().resolve(folder);
    }

    @Test
    void aTreeIsLookedIntoWhereItLies() throws Exception {
        backUp();
        assertThat(packhorse("ls", USER, FROM).text())
                .isEqualTo(packhorse("ls", USER).text())
                .contains(slot);
        assertThat(entries(slot, "--recursive", FROM)).isEqualTo(entries(slot, "--recursive"));
        assertThat(entries(slot, "homedir", FROM)).isEqualTo(entries(slot, "homedir"));
        assertThat(entries(slot, FROM)).isEqualTo(entries(slot));

        for (Path file : someFiles()) {
            String path = "homedir/" + server.resolve("home").resolve(USER).relativize(file);
            Ended read = packhorse("cat", USER, slot, path, FROM);
            assertThat(read.code()).as(read.err()).isZero();
            assertThat(read.out().toBytes()).as(path).isEqualTo(Files.readAllBytes(file));
        }
        Ended tar = packhorse("cat", USER, slot, "homedir/public_html", "--tar", FROM);
        assertThat(tar.code()).as(tar.err()).isZero();
        assertThat(tar.out())
                .isEqualTo(packhorse("cat", USER, slot, "homedir/public_html", "--tar").out());

        assertRefused("nowhere: not in the tree", "ls", USER, slot, "nowhere", FROM);
        assertRefused("nowhere: not in the tree", "cat", USER, slot, "nowhere", FROM);
        assertRefused("homedir: is not a file but a folder", "cat", USER, slot, "homedir", FROM);
        assertRefused("no restore point of zoe at this destination", "ls", "zoe", FROM);
        assertRefused("no restore point of alice on “1999-01-01”", "ls", USER, "1999-01-01", FROM);
        assertALinkThatTheServerPutThereIsNotFollowed();
        assertThat(work.resolve("state/lookups")).isEmptyDirectory();
    }

    @Test
    void aCommandThatIsEndedLeavesNothingHere() throws Exception {
        byte[] noise = new byte[16 << 20];
        new Random(5).nextBytes(noise);
        Files.write(server.resolve("home").resolve(USER).resolve("noise.bin"), noise);
        HostPort sshd = new HostPort("127.0.0.1", OpensshServer.shared().port());
        try (FaultProxy proxy = FaultProxy.before(sshd)) {
            port = proxy.address().port();
            backUp();
            proxy.set(new Fault.Hang(Fault.Direction.TO_CLIENT, 4 << 20));
            Process reading = start("cat", USER, slot, "homedir/noise.bin", FROM);
            DaemonUnderTest.await(LIMIT, () -> arrivedHere() > 0);
            reading.destroy();
            assertThat(reading.waitFor()).isNotZero();
            assertThat(arrivedHere()).isNegative();

            // What passes is counted over all lines; the first may have used it up.
            proxy.set(new Fault.Hang(Fault.Direction.TO_CLIENT, 4 << 20));
            Process killed = start("cat", USER, slot, "homedir/noise.bin", FROM);
            DaemonUnderTest.await(LIMIT, () -> arrivedHere() > 0);
            List<ProcessHandle> children = killed.descendants().toList();
            killed.destroyForcibly().waitFor();
            // They would go on for a moment, and write while the next command sweeps.
            for (ProcessHandle child : children) {
                child.destroyForcibly();
                child.onExit().join();
            }
            assertThat(arrivedHere()).isNotNegative();
            proxy.set(new Fault.None());
            assertThat(packhorse("ls", USER, FROM).code()).isZero();
            assertThat(work.resolve("state/lookups")).isEmptyDirectory();
        }
    }

    /// How much of what is fetched is here; -1 if there is no folder for it.
    private long arrivedHere() {
        long bytes = -1;
        try (Stream<Path> lookups = Files.walk(work.resolve("state/lookups"), 2)) {
            for (Path each :
                    lookups.filter(it -> it.getFileName().toString().startsWith("fetched"))
                            .toList()) {
                try (Stream<Path> all = Files.walk(each)) {
                    bytes =
                            all.filter(Files::isRegularFile)
                                    .mapToLong(it -> it.toFile().length())
                                    .sum();
                }
            }
            return bytes;
        } catch (IOException | UncheckedIOException _) {
            // It goes while it is looked at.
            return 0;
        }
    }

    private void assertALinkThatTheServerPutThereIsNotFollowed() throws Exception {
        Path mark = far.resolve(slot).resolve("accounts").resolve(USER);
        Path tree = mark.resolveSibling(Files.readAllLines(mark).getLast());
        Files.createSymbolicLink(tree.resolve("homedir/planted"), Path.of("/etc"));
        Files.createSymbolicLink(tree.resolve("homedir/plant"), Path.of("/etc/passwd"));
        assertRefused(
                "homedir/planted/passwd: not in the tree",
                "cat",
                USER,
                slot,
                "homedir/planted/passwd",
                FROM);
        assertRefused(
                "homedir/plant: is not a file but a symbolic link",
                "cat",
                USER,
                slot,
                "homedir/plant",
                FROM);
    }

    private void backUp() throws Exception {
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m")) {
            String id = OffsiteTrees.add(daemon, folder, port);
            assertThat(
                            daemon.call(
                                            "backup_destination_validate",
                                            new Parameters().add("id", id))
                                    .path("steps")
                                    .toString())
                    .contains("store a test tree", "delete the test tree");
            String job =
                    daemon.call("packhorse_backup_start", new Parameters().add("user", USER))
                            .path("job")
                            .asString("");
            JsonNode backup = daemon.awaitEnd(job, LIMIT);
            assertThat(backup.path("state").asString("")).as("%s", backup).isEqualTo("succeeded");
            String key = backup.path("result").path("archive").asString("");
            slot = key.substring(0, key.indexOf('/'));
            DaemonUnderTest.await(LIMIT, () -> isUploaded(daemon));
            assertThat(daemon.stop()).isZero();
        }
    }

    private static boolean isUploaded(DaemonUnderTest daemon) {
        try {
            return daemon.call("backup_list_transported", new Parameters())
                    .path("remote_backups")
                    .iterator()
                    .hasNext();
        } catch (ClientException e) {
            throw new AssertionError(e);
        }
    }

    private List<Path> someFiles() throws IOException {
        try (Stream<Path> files = Files.walk(server.resolve("home").resolve(USER))) {
            return files.filter(Files::isRegularFile)
                    .filter(each -> each.toString().chars().allMatch(c -> c > ' ' && c < 127))
                    .filter(each -> !each.toString().contains("%"))
                    .sorted()
                    .limit(3)
                    .toList();
        }
    }

    /// What is listed, without fractions of seconds, which the place does not tell.
    private Set<String> entries(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("ls", USER, "--json"));
        arguments.addAll(List.of(more));
        Ended listed = packhorse(arguments.toArray(String[]::new));
        assertThat(listed.code()).as(listed.err()).isZero();
        Set<String> entries = new TreeSet<>();
        for (String line : listed.text().lines().toList()) {
            ObjectNode entry = (ObjectNode) JsonMapper.shared().readTree(line);
            entry.put("modified", entry.path("modified").asString("").substring(0, 19));
            entries.add(entry.toString());
        }
        assertThat(entries).isNotEmpty();
        return entries;
    }

    private void assertRefused(String message, String... arguments) throws Exception {
        Ended ended = packhorse(arguments);
        assertThat(ended.err()).contains(message);
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out().toBytes()).isEmpty();
    }

    private Ended packhorse(String... arguments) throws Exception {
        Process process = start(arguments);
        ByteString out = ByteString.of(process.getInputStream().readAllBytes());
        return new Ended(process.waitFor(), out, Files.readString(work.resolve("err")));
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = CommandLine.of(List.of(arguments));
        command.addAll(
                List.of("--set=host.root=" + server, "--set=state=" + work.resolve("state")));
        return new ProcessBuilder(command).redirectError(work.resolve("err").toFile()).start();
    }
}
