package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.fault.Fault;
import dev.packhorse.transport.fault.Fault.Direction;
import dev.packhorse.transport.fault.FaultProxy;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Incremental backups at an Rsync destination, with the real daemon, sshd and rsync, where the
/// login is no root: trees that share files, come back, are verified, pruned, and sent on after a
/// kill.
class RsyncTreeProcessTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String USER = "bob";
    private static final int FILES = 6;
    private static final int FILE_BYTES = 4 << 20;
    private static final long KILL_AT = 14 << 20;

    /// What was on its way and what its files and other logins cost.
    private static final long BESIDES = 6 << 20;

    @TempDir private Path work;

    private Path server;
    private Path home;
    private Path far = Path.of("");

    @BeforeEach
    void makeServer() throws IOException {
        assumeTrue(Identity.ofProcess().isRoot(), "a tree keeps owners, which takes root");
        server = work.resolve("server");
        DemoServer.write(server, 50);
        home = server.resolve("home").resolve(USER);
    }

    @Test
    void treesShareFilesComeBackAndArePruned() throws Exception {
        Path kept = anyFile(home.resolve("public_html"));
        try (DaemonUnderTest daemon = start()) {
            String place = addDestination(daemon, OpensshServer.shared().port());
            String first = backUp(daemon, "first", 1);
            Path added = home.resolve("public_html/added.html");
            Files.writeString(added, "added");
            own(added);
            String second = backUp(daemon, "second", 2);
            List<String> homeThen = TreeDigest.lines(home);
            Map<String, String> traces = AccountTraces.filesOf(server, USER);

            Object inode = inode(second, kept);
            assertThat(inode).as("an unchanged file").isEqualTo(inode(first, kept));
            Path firstTree = farTree(first);
            assertThat(firstTree.resolve("homedir/public_html/added.html")).doesNotExist();

            EndedCommand verified =
                    packhorse("verify", USER, "--destination", "offsite", "--follow");
            assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
            assertThat(verified.out()).contains("2 good, 0 damaged, 0 missing");

            assertThat(packhorse("unpin", USER, slot(first)).code()).isZero();
            EndedCommand pruned =
                    packhorse("prune", "--destination", "offsite", "--confirm", "--follow");
            assertThat(pruned.code()).as(pruned.out() + pruned.err()).isZero();
            assertThat(pruned.out()).contains("removed 1 restore point");
            assertThat(far.resolve(first)).doesNotExist();
            assertThat(firstTree).doesNotExist();
            assertThat(inode(second, kept)).isEqualTo(inode);

            AccountTraces.wipe(server, USER, traces);
            EndedCommand restored = restore(place, second);
            assertThat(restored.code()).as(restored.out() + restored.err()).isIn(0, 3);
            assertThat(TreeDigest.lines(home)).isEqualTo(homeThen);
            assertThat(AccountTraces.filesOf(server, USER)).isEqualTo(traces);

            changeOneByte(farTree(second).resolve("homedir").resolve(home.relativize(kept)));
            Files.writeString(kept, "made since the backup");
            EndedCommand refused = restore(place, second);
            assertThat(refused.code()).isNotIn(0, 3);
            assertThat(refused.out() + refused.err())
                    .contains("does not have the digest of its manifest");
            assertThat(kept).hasContent("made since the backup");
            EndedCommand bad = packhorse("verify", USER, "--destination", "offsite", "--follow");
            assertThat(bad.out()).contains(second + " is damaged");
            assertThat(daemon.stop()).isZero();
        }
    }

    @Test
    void aKilledUploadLeavesNothingUnderTheNameAndGoesOn() throws Exception {
        for (int i = 0; i < FILES; i++) {
            largeFile(home.resolve("large" + i), i);
        }
        int port = OpensshServer.shared().port();
        try (FaultProxy proxy = FaultProxy.before(new HostPort("127.0.0.1", port))) {
            proxy.set(new Fault.Slow(4));
            Path mark;
            try (DaemonUnderTest first = start()) {
                addDestination(first, proxy.address().port());
                mark = far.resolve(pack(first, new Parameters().add("user", USER)));
                DaemonUnderTest.await(LIMIT, () -> proxy.passed(Direction.TO_SERVER) > KILL_AT);
                first.kill();
            }
            proxy.cutAll();
            OpensshServer.shared().awaitNoneRuns(far.getFileName() + "/");
            assertThat(mark).doesNotExist();
            assertThat(mark.getParent()).isNotEmptyDirectory();
            proxy.set(new Fault.None());
            try (DaemonUnderTest second = start()) {
                DaemonUnderTest.await(LIMIT, () -> uploaded(second) == 1);
                assertThat(second.stop()).isZero();
            }
            assertThat(mark).isRegularFile();
            assertThat(proxy.passed(Direction.TO_SERVER))
                    .as("sent again by the second daemon")
                    .isLessThan((long) FILES * FILE_BYTES - KILL_AT + FILE_BYTES + BESIDES);
            String tree = far.relativize(mark).toString();
            assertThat(farTree(tree).resolve("homedir/large3")).hasSize(FILE_BYTES);
        }
    }

    private DaemonUnderTest start() throws IOException {
        return DaemonUnderTest.start(work, "256m", "queue.lease=3s");
    }

    private String addDestination(DaemonUnderTest daemon, int port) throws Exception {
        OpensshServer sshd = OpensshServer.shared();
        String folder = sshd.freshFolder();
        far = sshd.home().resolve(folder);
        daemon.call(
                "backup_config_set",
                new Parameters()
                        .add("backuptype", "incremental")
                        .add("linkdest", "1")
                        .add("backup_daily_retention", "0"));
        return daemon.call(
                        "backup_destination_add",
                        new Parameters()
                                .add("name", "offsite")
                                .add("type", "Rsync")
                                .add("host", "127.0.0.1")
                                .add("port", Integer.toString(port))
                                .add("username", sshd.user())
                                .add("authtype", "key")
                                .add("privatekey", sshd.key().toString())
                                .add("path", folder)
                                .add("host_key", sshd.fingerprint()))
                .path("id")
                .asString("");
    }

    /// Packs the account and waits until so many trees are at the destination.
    ///
    /// @return the tree's key
    private static String backUp(DaemonUnderTest daemon, String label, int trees) throws Exception {
        String key = pack(daemon, new Parameters().add("user", USER).add("label", label));
        DaemonUnderTest.await(LIMIT, () -> uploaded(daemon) == trees);
        return key;
    }

    private static String pack(DaemonUnderTest daemon, Parameters wanted) throws Exception {
        String job = daemon.call("packhorse_backup_start", wanted).path("job").asString("");
        JsonNode backup = daemon.awaitEnd(job, LIMIT);
        assertThat(backup.path("state").asString("")).as("%s", backup).isEqualTo("succeeded");
        return backup.path("result").path("archive").asString("");
    }

    private static long uploaded(DaemonUnderTest daemon) {
        try {
            long done = 0;
            for (JsonNode job :
                    daemon.call("packhorse_job_list", new Parameters().add("kind", "upload"))
                            .path("jobs")) {
                assertThat(job.path("state").asString("")).as("%s", job).isNotEqualTo("failed");
                done += job.path("state").asString("").equals("succeeded") ? 1 : 0;
            }
            return done;
        } catch (ClientException e) {
            throw new AssertionError(e);
        }
    }

    private EndedCommand restore(String place, String tree) throws Exception {
        return packhorse("restore", USER, "--point", slot(tree), "--from", place, "--follow");
    }

    private static String slot(String key) {
        return key.substring(0, key.indexOf('/'));
    }

    /// The folder that the mark of a key names.
    private Path farTree(String key) throws IOException {
        Path mark = far.resolve(key);
        return mark.resolveSibling(Files.readAllLines(mark).getLast());
    }

    private Object inode(String tree, Path file) throws IOException {
        return Files.getAttribute(
                farTree(tree).resolve("homedir").resolve(home.relativize(file)), "unix:ino");
    }

    private static Path anyFile(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !Files.isSymbolicLink(file))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void largeFile(Path file, int seed) throws IOException {
        byte[] bytes = new byte[FILE_BYTES];
        new Random(seed).nextBytes(bytes);
        Files.write(file, bytes);
        own(file);
    }

    private static void own(Path file) throws IOException {
        for (String id : new String[] {"unix:uid", "unix:gid"}) {
            Files.setAttribute(file, id, Files.getAttribute(file.getParent(), id));
        }
    }

    private static void changeOneByte(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            int value = bytes.read();
            bytes.seek(0);
            bytes.write(value ^ 1);
        }
    }

    private EndedCommand packhorse(String... arguments) throws Exception {
        return EndedCommand.run(work, arguments);
    }
}
