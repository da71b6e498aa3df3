package dev.packhorse.engine.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordLockTest {
    @TempDir Path folder;

    private Path file() {
        return folder.resolve("x.lock");
    }

    private Boolean take() throws IOException {
        try (RecordLock _ = RecordLock.acquire(file(), "the lock")) {
            return true;
        }
    }

    /// Begins to take it, and returns when that waits.
    private FutureTask<Boolean> waiting(Thread.State how) {
        FutureTask<Boolean> taking = new FutureTask<>(this::take);
        Thread thread = Thread.ofPlatform().daemon().start(taking);
        while (thread.getState() != how) {
            assertThat(taking.isDone()).isFalse();
            Thread.onSpinWait();
        }
        return taking;
    }

    @Test
    void oneThreadHasItAtATime() throws Exception {
        FutureTask<Boolean> second;
        try (RecordLock _ = RecordLock.acquire(file(), "the lock")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-------");
            second = waiting(Thread.State.WAITING);
        }
        assertThat(second.get()).isTrue();
    }

    @Test
    void whatCannotBeOpenedIsNotHeld() throws Exception {
        Files.createSymbolicLink(file(), folder.resolve("elsewhere"));
        assertThatThrownBy(() -> RecordLock.acquire(file(), "the lock"))
                .isInstanceOf(IOException.class);
        assertThat(folder.resolve("elsewhere")).doesNotExist();
        Files.delete(file());
        Path nowhere = folder.resolve("nowhere/x.lock");
        assertThatThrownBy(() -> RecordLock.acquire(nowhere, "the lock"))
                .isInstanceOf(NoSuchFileException.class);
        FutureTask<Boolean> other = new FutureTask<>(this::take);
        Thread.ofPlatform().start(other).join();
        assertThat(other.get()).isTrue();
    }

    @Test
    void oneProcessHasItAtATimeAndItsEndGivesItUp() throws Exception {
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Holder.class.getName(),
                                file().toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader lines = other.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("held");
            FutureTask<Boolean> mine = waiting(Thread.State.TIMED_WAITING);
            other.destroyForcibly();
            assertThat(mine.get()).isTrue();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    /// A process that has the lock until it is killed.
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            try (RecordLock _ = RecordLock.acquire(Path.of(arguments[0]), "the lock")) {
                System.out.println("held");
                new CountDownLatch(1).await();
            }
        }
    }
}
