package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.server.OpensshServer;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Verification as an administrator sees it: a bit rots at an SFTP server, is found and named, the
/// copy is not restored from any more, and the one in the backup directory is; its restore was
/// tried.
class VerifyProcessTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String USER = "bob";

    @TempDir private Path work;

    @Test
    void aBitThatRotsFarAwayIsFoundAndTheOtherCopyIsRestored() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts are packed with their own rights");
        DemoServer.write(work.resolve("server"), 50);
        OpensshServer sftp = OpensshServer.shared();
        String folder = sftp.freshFolder();
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m")) {
            String far = addDestination(daemon, sftp, folder);
            String archive = backUp(daemon);
            Path there = sftp.home().resolve(folder).resolve(archive);
            DaemonUnderTest.await(LIMIT, () -> isUploaded(daemon));

            EndedCommand good = packhorse("verify", USER, "--follow");
            assertThat(good.code()).as(good.out() + good.err()).isZero();
            assertThat(good.out()).contains("1 good, 0 damaged, 0 missing");

            rot(there);
            EndedCommand bad = packhorse("verify", USER, "--destination", "offsite", "--follow");
            assertThat(bad.code()).as(bad.out()).isEqualTo(1);
            assertThat(bad.out())
                    .contains(
                            archive + " is damaged: bytes ",
                            "are damaged: ",
                            "the same archive is whole at local");
            assertThat(packhorse("verify", "--plan").out()).contains("DAMAGED  " + archive);
            assertThat(packhorse("verify", "--plan").code()).isEqualTo(3);
            assertThat(packhorse("status").out())
                    .contains("1 DAMAGED and 0 MISSING", "local: oldest proof ");

            assertRestores(far, archive.substring(0, 10));

            EndedCommand drill = packhorse("drill", USER, "--follow");
            assertThat(drill.code()).as(drill.out() + drill.err()).isZero();
            assertThat(drill.out()).containsPattern("bob proven: \\d+ entries of the home");
            assertThat(packhorse("drill", "--list").out()).containsPattern("bob +proven 20");
            assertThat(packhorse("status").out()).contains("1 of 1 accounts proven");
            assertThat(packhorse("verify", USER, "--all").code()).isEqualTo(2);
            assertThat(packhorse("verify", "nobodyhere").err())
                    .contains("There is no stored archive of “nobodyhere”");
            assertThat(daemon.stop()).isZero();
        }
    }

    private static String addDestination(DaemonUnderTest daemon, OpensshServer sftp, String folder)
            throws Exception {
        return daemon.call(
                        "backup_destination_add",
                        new Parameters()
                                .add("name", "offsite")
                                .add("type", "SFTP")
                                .add("timeout", "30")
                                .add("host", "127.0.0.1")
                                .add("port", Integer.toString(sftp.port()))
                                .add("username", sftp.user())
                                .add("authtype", "password")
                                .add("password", OpensshServer.PASSWORD)
                                .add("path", folder)
                                .add("host_key", sftp.fingerprint()))
                .path("id")
                .asString("");
    }

    private static String backUp(DaemonUnderTest daemon) throws Exception {
        String job =
                daemon.call("packhorse_backup_start", new Parameters().add("user", USER))
                        .path("job")
                        .asString("");
        return daemon.awaitEnd(job, LIMIT).path("result").path("archive").asString("");
    }

    private static boolean isUploaded(DaemonUnderTest daemon) {
        try {
            JsonNode jobs =
                    daemon.call("packhorse_job_list", new Parameters().add("kind", "upload"))
                            .path("jobs");
            return !jobs.isEmpty() && jobs.get(0).path("state").asString("").equals("succeeded");
        } catch (ClientException e) {
            throw new AssertionError(e);
        }
    }

    /// Turns a bit in the middle.
    private static void rot(Path archive) throws Exception {
        try (RandomAccessFile bytes = new RandomAccessFile(archive.toFile(), "rw")) {
            long middle = bytes.length() / 2;
            bytes.seek(middle);
            int value = bytes.read();
            bytes.seek(middle);
            bytes.write(value ^ 1);
        }
    }

    private void assertRestores(String far, String date) throws Exception {
        EndedCommand refused =
                packhorse("restore", USER, "--point", date, "--from", far, "--follow");
        assertThat(refused.code()).isNotZero();
        assertThat(refused.out() + refused.err())
                .contains("was found damaged", "the same archive is whole at local");
        Path page = work.resolve("server/home/bob/public_html/index.html");
        Files.delete(page);
        EndedCommand restored = packhorse("restore", USER, "--point", date, "--follow");
        assertThat(restored.code()).as(restored.out() + restored.err()).isIn(0, 3);
        assertThat(page).isRegularFile();
    }

    private EndedCommand packhorse(String... arguments) throws Exception {
        return EndedCommand.run(work, arguments);
    }
}
