package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What keeps a daemon from starting, with the exit code that tells systemd not to try again, and a
/// sentence that tells what to do.
class StartRefusalTest {
    private static final int LOCKED = 75;
    private static final int CONFIG = 78;

    @TempDir private Path work;
    private Path state;

    @BeforeEach
    void makeServer() throws IOException {
        Files.createDirectories(work.resolve("server/var/cpanel/users"));
        state = work.resolve("state");
    }

    @Test
    void theStateFolderOfARunningDaemonIsItsOwn() throws Exception {
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m")) {
            assertThat(DaemonUnderTest.refusal(work, LOCKED))
                    .contains("another daemon runs with the state folder " + state);
            assertThat(daemon.call("version", new Parameters()).isObject()).isTrue();
            assertThat(daemon.stop()).isZero();
        }
    }

    /// As systemd does when it stops a service that it has just started.
    @Test
    void aStopDuringTheStartIsOneInOrder() throws Exception {
        assertThat(DaemonUnderTest.stopWhileItStarts(work)).isZero();
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m")) {
            assertThat(daemon.stop()).isZero();
        }
    }

    @Test
    void aStateFolderThatOthersMayEnterIsRefused() throws Exception {
        Files.createDirectory(
                state,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        assertThat(DaemonUnderTest.refusal(work, CONFIG)).contains("chmod 700 " + state);
        assertThat(state).isEmptyDirectory();
    }

    @Test
    void aStateFolderOfAnotherUserIsRefused() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "only root gives folders away");
        Files.createDirectory(
                state,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setAttribute(state, "unix:uid", 4_711);
        assertThat(DaemonUnderTest.refusal(work, CONFIG)).contains("it belongs to another user");
    }

    @Test
    void aLinkIsNoStateFolder() throws Exception {
        Path elsewhere = Files.createDirectory(work.resolve("elsewhere"));
        Files.createSymbolicLink(state, elsewhere);
        assertThat(DaemonUnderTest.refusal(work, CONFIG)).contains("state folder " + state);
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void whatCannotBeWrittenToIsNamed() throws Exception {
        assertThat(DaemonUnderTest.refusal(work, CONFIG, "notify.mail.to=ops@example.com,"))
                .contains("notify.mail.to", "nothing beside a comma");
    }

    @Test
    void settingsThatNeedEachOtherAreNamed() throws Exception {
        assertThat(
                        DaemonUnderTest.refusal(
                                work,
                                CONFIG,
                                "notify.mail.to=ops@example.com",
                                "notify.mail.smtp=mail.example.com:25",
                                "notify.mail.smtp_user=backup"))
                .contains("--set: notify.mail.smtp_user and notify.mail.smtp_password_file");
        assertThat(state).doesNotExist();
    }

    @Test
    void aKeyThatIsNoneIsNamed() throws Exception {
        assertThat(DaemonUnderTest.refusal(work, CONFIG, "backup.tiem=02:00"))
                .contains("backup.tiem", "is not a setting");
    }
}
