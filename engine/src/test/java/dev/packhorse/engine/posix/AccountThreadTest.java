package dev.packhorse.engine.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Needs root, as the daemon does.
class AccountThreadTest {
    private static final Identity ACCOUNT = new Identity(54_321, 54_322);
    private static final ByteName FILE = ByteName.of("file");

    @TempDir private Path folder;

    @BeforeEach
    void makeHome() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        Commands.run("chown", "54321:54322", folder.toString());
        Commands.run("chmod", "0755", folder.toString());
    }

    private <R> R inHome(DirectoryWork<R> work) throws Exception {
        return AccountThread.call(
                ACCOUNT,
                () -> {
                    try (Directory home = Directory.openTrusted(folder)) {
                        return work.run(home);
                    }
                });
    }

    @FunctionalInterface
    private interface DirectoryWork<R> {
        R run(Directory home) throws IOException;
    }

    private void rootsFile(String mode) throws Exception {
        Files.writeString(folder.resolve("file"), "of root");
        Commands.run("chown", "0:0", folder.resolve("file").toString());
        Commands.run("chmod", mode, folder.resolve("file").toString());
    }

    private void assertRefused(Errno reason, DirectoryWork<?> work) {
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> inHome(work))
                .matches(e -> e.is(reason), reason.text());
    }

    @Test
    void filesOfRootAreRefused() throws Exception {
        rootsFile("0600");
        assertRefused(Errno.EACCES, home -> home.openForReading(FILE));
        assertRefused(Errno.EPERM, home -> call(() -> home.setOwner(FILE, 54_321, 54_322)));
        assertRefused(Errno.EPERM, home -> call(() -> home.setTimes(FILE, 0, 0)));
        assertRefused(Errno.EACCES, home -> Directory.openTrusted(folder.resolve("locked")));
    }

    @BeforeEach
    void makeLockedDirectory() throws Exception {
        Commands.run("mkdir", "-m", "0700", folder.resolve("locked").toString());
    }

    private static boolean call(Change change) throws IOException {
        change.run();
        return true;
    }

    @FunctionalInterface
    private interface Change {
        void run() throws IOException;
    }

    @Test
    void groupRightsOfRootAreGone() throws Exception {
        rootsFile("0040");
        assertRefused(Errno.EACCES, home -> home.openForReading(FILE));
    }

    @Test
    void groupRightsOfTheAccountCount() throws Exception {
        rootsFile("0640");
        Commands.run("chgrp", "54322", folder.resolve("file").toString());
        String text =
                inHome(home -> {
                    try (PosixFile file = home.openForReading(FILE)) {
                        ByteBuffer buffer = ByteBuffer.allocate(100);
                        file.read(buffer);
                        return ByteString.of(buffer.flip().array()).toString();
                    }
                });
        assertThat(text).startsWith("of root");
    }

    @Test
    void ownersFilesAreReadAndThoseTheOwnerLockedAreNot() throws Exception {
        inHome(home -> call(() -> home.create(FILE, 0400).close()));
        boolean isRead = inHome(home -> call(() -> home.openForReading(FILE).close()));
        assertThat(isRead).isTrue();
        Commands.run("chmod", "0", folder.resolve("file").toString());
        assertRefused(Errno.EACCES, home -> home.openForReading(FILE));
    }

    @Test
    void newEntriesBelongToTheAccount() throws Exception {
        inHome(home -> {
            home.create(FILE, 0640).close();
            home.makeDirectory(ByteName.of("sub"), 0750).close();
            home.makeSymlink(ByteName.of("link"), ByteString.of("file"));
            return true;
        });
        for (String name : List.of("file", "sub", "link")) {
            try (Directory home = Directory.openTrusted(folder)) {
                assertThat(home.stat(ByteName.of(name)))
                        .returns(54_321, FileStat::uid)
                        .returns(54_322, FileStat::gid);
            }
        }
    }

    @Test
    void othersKeepTheirRightsMeanwhileAndAfterwards() throws Exception {
        rootsFile("0600");
        Callable<Boolean> readAsRoot =
                () -> {
                    try (Directory home = Directory.openTrusted(folder)) {
                        home.openForReading(FILE).close();
                        return true;
                    }
                };
        CountDownLatch isActing = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Thread waiting = Thread.ofPlatform().start(() -> actUntil(isActing, mayEnd));
        isActing.await();
        assertThat(readAsRoot.call()).isTrue();
        mayEnd.countDown();
        waiting.join();
        assertThat(readAsRoot.call()).isTrue();
    }

    private void actUntil(CountDownLatch isActing, CountDownLatch mayEnd) {
        try {
            inHome(home -> {
                home.create(ByteName.of("other"), 0600).close();
                isActing.countDown();
                try {
                    mayEnd.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return true;
            });
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// Linux gives a new thread the rights of its creator, and waking a virtual thread can create a
    /// carrier.
    @Test
    void threadsThatTheWorkBringsUpHaveTheRightsOfTheProcess() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        List<Thread> sleepers = new ArrayList<>();
        List<String> foreign =
                AccountThread.call(
                        ACCOUNT,
                        () -> {
                            try (Directory home = Directory.openTrusted(folder)) {
                                home.create(FILE, 0600).close();
                                for (int i = 0; i < 8; i++) {
                                    sleepers.add(Thread.ofVirtual().start(() -> await(latch)));
                                    sleepers.add(Thread.ofPlatform().start(() -> await(latch)));
                                }
                                return threadsOfOtherUsers();
                            } finally {
                                latch.countDown();
                            }
                        });
        for (Thread sleeper : sleepers) {
            sleeper.join();
        }
        assertThat(foreign).isEmpty();
        assertThat(threadsOfOtherUsers()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> threadsOfOtherUsers() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                statusOf(task).stream()
                        .filter(line -> line.startsWith("Uid:") || line.startsWith("Gid:"))
                        .filter(line -> !line.endsWith("\t0\t0\t0\t0"))
                        .forEach(line -> found.add(task + " " + line));
            }
        }
        return found;
    }

    private static List<String> statusOf(Path task) throws IOException {
        try {
            return Files.readAllLines(task.resolve("status"));
        } catch (IOException e) {
            if (Files.exists(task)) {
                throw e;
            }
            return List.of(); // The thread has ended since the folder was listed.
        }
    }

    @Test
    void workInsideWorkActsForItsOwnAccount() throws Exception {
        int uid =
                AccountThread.call(
                        new Identity(54_400, 54_400), () -> inHome(home -> newFileOwner(home)));
        assertThat(uid).isEqualTo(54_321);
    }

    private static Integer newFileOwner(Directory home) throws IOException {
        try (PosixFile file = home.create(FILE, 0600)) {
            return file.stat().uid();
        }
    }

    @Test
    void capabilitiesOfFilesCannotBeSet() {
        // Version 2 with cap_net_raw, effective.
        byte[] raw = {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        ByteString name = ByteString.of("security.capability");
        assertRefused(
                Errno.EPERM,
                home -> {
                    try (PosixFile file = home.create(FILE, 0755)) {
                        file.setXattr(name, ByteString.of(raw));
                        return true;
                    }
                });
    }

    @Test
    void exceptionsComeThroughUnchanged() {
        for (Throwable thrown :
                List.of(new IOException("a"), new IllegalStateException("b"), new Error("c"))) {
            assertThatThrownBy(() ->
                            AccountThread.call(
                                    ACCOUNT,
                                    () -> {
                                        if (thrown instanceof Error error) {
                                            throw error;
                                        }
                                        throw (Exception) thrown;
                                    }))
                    .isSameAs(thrown);
        }
    }

    @Test
    void rootWithAnotherGroupIsNoAccount() {
        AtomicBoolean hasRun = new AtomicBoolean();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() ->
                        AccountThread.call(
                                new Identity(0, 33), () -> hasRun.compareAndSet(false, true)))
                .withMessage("work for an account is not done as root, group 33");
        assertThat(hasRun).isFalse();
    }

    @Test
    void processOfAPlainUserWorksOnlyForItself() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path classes = copyReadable(AccountThread.class, PlainUser.class);
        String output =
                Commands.run(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        java.toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classes.toString(),
                        PlainUser.class.getName());
        assertThat(output)
                .isEqualTo(
                        """
                        own: ran
                        user 65534 cannot work as user 54321: run the program as root or as that user
                        """);
    }

    /// Copies the classes of this package to where every user can read them, which a checkout in
    /// root's home is not.
    private Path copyReadable(Class<?>... samples) throws Exception {
        Path copy = folder.resolve("classes");
        for (Class<?> sample : samples) {
            URI source = sample.getProtectionDomain().getCodeSource().getLocation().toURI();
            String inner = sample.getPackageName().replace('.', '/');
            Path target = Files.createDirectories(copy.resolve(inner));
            Commands.run("cp", "-r", Path.of(source).resolve(inner) + "/.", target.toString());
        }
        Commands.run("chmod", "-R", "a+rX", copy.toString());
        return copy;
    }

    /// Runs as a user without rights.
    static final class PlainUser {
        private PlainUser() {}

        public static void main(String[] arguments) throws Exception {
            System.out.println("own: " + AccountThread.call(Identity.ofProcess(), () -> "ran"));
            try {
                AccountThread.call(ACCOUNT, () -> "must not run");
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
