package dev.packhorse.transport.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class StandingChildTest {
    /// Says the number of a program that waits for the end of its input, and is no more closed.
    static final class Killed {
        private Killed() {}

        public static void main(String[] arguments) throws IOException {
            StandingChild child = StandingChild.start(untilInputEnds());
            System.out.println(child.pid());
            System.in.read();
            System.out.println(child.isAlive());
        }
    }

    private static ChildCommand untilInputEnds() {
        return new ChildCommand(List.of("/bin/cat"), Map.of());
    }

    @Test
    void aProgramThatWaitsForItsInputEndsWithAKilledProcess()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Process parent =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Killed.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader said = parent.inputReader()) {
            ProcessHandle child = ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
            assertThat(child.isAlive()).isTrue();
            parent.toHandle().destroyForcibly();
            child.onExit().get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void itStandsUntilItIsClosed()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        StandingChild child = StandingChild.start(untilInputEnds());
        ProcessHandle process = ProcessHandle.of(child.pid()).orElseThrow();
        assertThat(child.isAlive()).isTrue();
        child.close();
        process.onExit().get(1, TimeUnit.MINUTES);
        assertThat(child.isAlive()).isFalse();
    }
}
