package dev.packhorse.engine.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.BufferedReader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessGroupTest {
    @Test
    void signalEndsTheWholeGroup() throws Exception {
        Process leader =
                new ProcessBuilder("setsid", "sh", "-c", "sleep 600 & echo $!; wait")
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader output = leader.inputReader()) {
            long child = Long.parseLong(output.readLine());
            ProcessHandle handle = ProcessHandle.of(child).orElseThrow();
            assertThat(ProcessGroup.groupExists(leader.pid())).isTrue();
            assertThat(ProcessGroup.signalGroup(leader.pid(), Signal.KILL)).isTrue();
            assertThat(leader.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(leader.exitValue()).isEqualTo(128 + Signal.KILL.number());
            handle.onExit().get(30, TimeUnit.SECONDS);
            assertThat(output.readLine()).as("end of the pipe, which the child held").isNull();
        } finally {
            leader.destroyForcibly();
        }
    }

    @Test
    void oneProcessGetsTheSignal() throws Exception {
        Process process = new ProcessBuilder("sleep", "600").start();
        assertThat(ProcessGroup.signalProcess(process.pid(), Signal.TERMINATE)).isTrue();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + Signal.TERMINATE.number());
        assertThat(ProcessGroup.signalProcess(process.pid(), Signal.TERMINATE)).isFalse();
        assertThat(ProcessGroup.groupExists(process.pid())).isFalse();
    }

    @Test
    void idsThatMeanEverybodyAreRefused() {
        for (long id : new long[] {1, 0, -1, -5, 1L << 32}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ProcessGroup.signalGroup(id, Signal.TERMINATE));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ProcessGroup.signalProcess(id, Signal.TERMINATE));
        }
    }
}
