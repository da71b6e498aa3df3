package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.server.OpensshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A server is lost with its disk. A new one with no account gets the recovery kit, or nothing but
/// the destination's credentials, and has every account again, out of archives or of trees: what
/// `docs/operations.md` tells the administrator to do, step by step.
class DisasterRecoveryTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir private Path work;

    @Test
    void aNewMachineGoesOnForALostOne() throws Exception {
        recoverFrom(destination("SFTP"), false);
    }

    @Test
    void aNewMachineGoesOnFromTrees() throws Exception {
        recoverFrom(destination("Rsync"), true);
    }

    private void recoverFrom(Map<String, String> destination, boolean trees) throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts have users of their own");
        Path lost = Files.createDirectory(work.resolve("lost"));
        DemoServer.write(lost.resolve("server"), 50);
        // Special files are left out of archives by promise, so they would be the one difference.
        Files.delete(lost.resolve("server/home/frank/odd/special/fifo"));
        Files.delete(lost.resolve("server/home/frank/odd/special/socket"));
        Path passphrase = Files.writeString(work.resolve("passphrase"), "an old mule and 4 bags\n");
        Path kit = work.resolve("kit");
        try (DaemonUnderTest daemon = start(lost)) {
            if (trees) {
                daemon.call("backup_config_set", new Parameters().add("backuptype", "incremental"));
            }
            daemon.call("backup_destination_add", parameters(destination));
            backUpAll(daemon);
            assertThat(treesAt(destination)).isEqualTo(trees ? DemoServer.ACCOUNTS.size() : 0);
            writeKit(lost, kit, passphrase);
            daemon.kill();
        }
        Map<String, List<String>> homes = homes(lost.resolve("server"));
        Map<String, Map<String, String>> traces = traces(lost.resolve("server"));
        AccountTraces.removeTree(lost.resolve("state"));
        AccountTraces.removeTree(lost.resolve("server/backup"));

        Path withKit = emptyMachine("with-kit");
        // The new machine has a backup configuration of its own already, which is another one.
        String[] replace = trees ? new String[] {"--replace"} : new String[0];
        assertThat(packhorse(withKit, "recovery-kit", "read", kit, passphrase, replace)).isZero();
        try (DaemonUnderTest daemon = start(withKit)) {
            assertThat(recover(withKit)).isIn(0, 3);
            assertSame(withKit.resolve("server"), homes, traces);
            assertThat(daemon.stop()).isZero();
        }

        Path withNothing = emptyMachine("with-nothing");
        try (DaemonUnderTest daemon = start(withNothing)) {
            daemon.call("backup_destination_add", parameters(destination));
            assertThat(recover(withNothing, "--trusted")).isIn(0, 3);
            assertSameButLinksThatLeadOut(withNothing.resolve("server"), homes);
            assertThat(traces(withNothing.resolve("server"))).isEqualTo(traces);
            assertThat(daemon.stop()).isZero();
        }
    }

    private static DaemonUnderTest start(Path machine) throws IOException {
        return DaemonUnderTest.start(machine, "256m");
    }

    private static Map<String, String> destination(String type) throws IOException {
        OpensshServer server = OpensshServer.shared();
        Map<String, String> settings = new TreeMap<>();
        settings.put("name", "offsite");
        settings.put("type", type);
        settings.put("timeout", "30");
        settings.put("host", "127.0.0.1");
        settings.put("port", Integer.toString(server.port()));
        settings.put("username", server.user());
        settings.put("authtype", "password");
        settings.put("password", OpensshServer.PASSWORD);
        settings.put("path", server.freshFolder());
        settings.put("host_key", server.fingerprint());
        return settings;
    }

    private static long treesAt(Map<String, String> destination) throws IOException {
        Path place = OpensshServer.shared().home().resolve(destination.getOrDefault("path", ""));
        try (Stream<Path> all = Files.walk(place, 3)) {
            return all.filter(each -> each.getFileName().toString().startsWith(".packhorse-tree-"))
                    .count();
        }
    }

    private static Parameters parameters(Map<String, String> settings) {
        Parameters parameters = new Parameters();
        settings.forEach(parameters::add);
        return parameters;
    }

    private static void backUpAll(DaemonUnderTest daemon) throws ClientException {
        JsonNode started = daemon.call("packhorse_backup_start", new Parameters().add("all", "1"));
        JsonNode run = daemon.awaitEnd(started.path("job").asString(""), LIMIT);
        assertThat(run.path("state").asString("")).as("%s", run).isIn("succeeded", "partial");
        JsonNode uploads =
                daemon.call("packhorse_job_list", new Parameters().add("kind", "upload"))
                        .path("jobs");
        assertThat(uploads).hasSize(DemoServer.ACCOUNTS.size());
        for (JsonNode upload : uploads) {
            JsonNode ended = daemon.awaitEnd(upload.path("id").asString(""), LIMIT);
            assertThat(ended.path("state").asString("")).as("%s", ended).isEqualTo("succeeded");
        }
    }

    /// A server as its installer leaves it: all that belongs to the system, no account.
    private Path emptyMachine(String name) throws IOException {
        Path machine = Files.createDirectory(work.resolve(name));
        Path server = machine.resolve("server");
        DemoServer.write(server, 1);
        for (String account : DemoServer.ACCOUNTS) {
            AccountTraces.wipe(server, account, AccountTraces.filesOf(server, account));
        }
        return machine;
    }

    private static Map<String, List<String>> homes(Path server) throws IOException {
        Map<String, List<String>> homes = new TreeMap<>();
        for (String account : DemoServer.ACCOUNTS) {
            homes.put(account, TreeDigest.lines(server.resolve("home").resolve(account)));
        }
        return homes;
    }

    private static Map<String, Map<String, String>> traces(Path server) throws IOException {
        Map<String, Map<String, String>> traces = new TreeMap<>();
        for (String account : DemoServer.ACCOUNTS) {
            traces.put(account, AccountTraces.filesOf(server, account));
        }
        return traces;
    }

    private static void assertSame(
            Path server, Map<String, List<String>> homes, Map<String, Map<String, String>> traces)
            throws IOException {
        assertThat(homes(server)).isEqualTo(homes);
        assertThat(traces(server)).isEqualTo(traces);
    }

    /// What nobody can prove brings no link that leads out of its home.
    private static void assertSameButLinksThatLeadOut(Path server, Map<String, List<String>> homes)
            throws IOException {
        homes(server)
                .forEach((account, found) -> {
                    List<String> lost = homes.getOrDefault(account, List.of());
                    assertThat(lost).containsAll(found);
                    assertThat(lost.stream().filter(line -> !found.contains(line)))
                            .allMatch(line -> line.matches(".* SYMLINK .* - (/|(\\.\\./)+)etc/.*"));
                });
    }

    private static void writeKit(Path machine, Path kit, Path passphrase) throws Exception {
        assertThat(packhorse(machine, "recovery-kit", "write", kit, passphrase)).isZero();
        assertThat(Files.getPosixFilePermissions(kit)).hasSize(2);
    }

    private static int packhorse(
            Path machine, String command, String verb, Path kit, Path passphrase, String... more)
            throws Exception {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                command,
                                verb,
                                kit.toString(),
                                "--passphrase-file=" + passphrase,
                                "--set=host.root=" + machine.resolve("server"),
                                "--set=state=" + machine.resolve("state")));
        arguments.addAll(List.of(more));
        return packhorse(arguments);
    }

    private static int recover(Path machine, String... more) throws Exception {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "recover",
                                "offsite",
                                "--follow",
                                "--state=" + machine.resolve("state")));
        arguments.addAll(List.of(more));
        return packhorse(arguments);
    }

    private static int packhorse(List<String> arguments) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                "dev.packhorse.cli.Packhorse"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
