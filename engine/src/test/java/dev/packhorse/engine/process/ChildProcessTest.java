package dev.packhorse.engine.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A run that is never let go would keep everything behind it waiting.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChildProcessTest {
    private static final Path SHELL = Path.of("/bin/sh");

    private static ChildProcess shell(String script) {
        return ChildProcess.of(SHELL, List.of("-c", script))
                .withLimits(Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    private static String output(ChildProcess child) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChildResult result = child.run(ChildInput.NONE, out::write);
        assertThat(result.succeeded()).as(result.errorText()).isTrue();
        return out.toString(UTF_8);
    }

    private static void await(BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - begin).isLessThan(Duration.ofSeconds(20).toNanos());
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    private static boolean lives(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void givesInputOutputExitCodeAndErrorText() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChildResult result =
                shell("cat; echo oops >&2; exit 3")
                        .run(in -> in.write("hello".getBytes(UTF_8)), out::write);
        assertThat(out.toString(UTF_8)).isEqualTo("hello");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.errorSummary()).isEqualTo("oops");
    }

    @Test
    void environmentHoldsNothingButWhatWasGiven() throws IOException {
        String seen =
                output(
                        ChildProcess.of(Path.of("/usr/bin/env"), List.of())
                                .withEnvironment("GIVEN", "yes"));
        assertThat(seen.lines())
                .containsExactlyInAnyOrder(
                        "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                        "LC_ALL=C.UTF-8",
                        "HOME=/nonexistent",
                        "GIVEN=yes");
    }

    @Test
    void argumentsAreNoShellText() throws IOException {
        ChildProcess echo = ChildProcess.of(Path.of("/bin/echo"), List.of("$(id)", "; ls", "*"));
        assertThat(output(echo)).isEqualTo("$(id) ; ls *\n");
    }

    @Test
    void leadsAProcessGroupOfItsOwn() throws IOException {
        String own = output(shell("ps -o pgid= -p $$; echo $$"));
        List<String> lines = own.lines().map(String::strip).toList();
        assertThat(lines.getFirst()).isEqualTo(lines.getLast());
    }

    @Test
    void idleChildIsKilled() {
        assertThatThrownBy(() ->
                        shell("echo a; sleep 1000")
                                .withLimits(Duration.ofMillis(300), Duration.ofSeconds(60))
                                .run(ChildInput.NONE, ChildOutput.NONE))
                .isInstanceOfSatisfying(
                        ChildLimitException.class,
                        e -> assertThat(e.limit()).isEqualTo(ChildLimitException.Limit.IDLE));
    }

    @Test
    void waitingForUsIsNotIdleness() throws IOException {
        AtomicLong taken = new AtomicLong();
        ChildResult result =
                shell("head -c 200000 /dev/zero")
                        .withLimits(Duration.ofMillis(200), Duration.ofSeconds(60))
                        .run(
                                ChildInput.NONE,
                                (_, _, length) -> {
                                    if (taken.getAndAdd(length) == 0) {
                                        long begin = System.nanoTime();
                                        await(() -> System.nanoTime() - begin > 600_000_000L);
                                    }
                                });
        assertThat(result.succeeded()).isTrue();
        assertThat(taken).hasValue(200_000);
    }

    @Test
    void busyChildIsKilledAtTheTotalLimit() {
        assertThatThrownBy(() ->
                        shell("while :; do echo x; done")
                                .withLimits(Duration.ofSeconds(30), Duration.ofMillis(400))
                                .run(ChildInput.NONE, ChildOutput.NONE))
                .isInstanceOfSatisfying(
                        ChildLimitException.class,
                        e -> assertThat(e.limit()).isEqualTo(ChildLimitException.Limit.TOTAL));
    }

    @Test
    void cancelKillsTheWholeGroup() {
        CancellationSource cancellation = new CancellationSource();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatThrownBy(() ->
                        shell("sleep 1000 & echo $!; sleep 1000")
                                .withCancellation(cancellation)
                                .run(
                                        ChildInput.NONE,
                                        (bytes, offset, length) -> {
                                            out.write(bytes, offset, length);
                                            cancellation.request();
                                        }))
                .isInstanceOf(CancelledException.class);
        long grandchild = Long.parseLong(out.toString(UTF_8).strip());
        await(() -> !lives(grandchild));
    }

    /// Many times, since the JDK may notice the child's end before or after the pipes are read.
    @RepeatedTest(5)
    void grandchildThatKeepsThePipeDoesNotHoldTheRunUp() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChildResult result = shell("sleep 1000 & echo $!; exit 0").run(ChildInput.NONE, out::write);
        assertThat(result.succeeded()).isTrue();
        long grandchild = Long.parseLong(out.toString(UTF_8).strip());
        await(() -> !lives(grandchild));
    }

    @Test
    void grandchildThatKeepsOnlyTheErrorsDoesNotHoldTheRunUp() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChildResult result =
                shell("sleep 1000 >/dev/null & echo $!; exit 0").run(ChildInput.NONE, out::write);
        assertThat(result.succeeded()).isTrue();
        long grandchild = Long.parseLong(out.toString(UTF_8).strip());
        await(() -> !lives(grandchild));
    }

    @Test
    void failingInputKillsTheChildBeforeItsInputEnds() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        IOException broken = new IOException("source is broken");
        assertThatThrownBy(() ->
                        shell("cat >/dev/null; echo whole")
                                .run(
                                        in -> {
                                            in.write(new byte[100]);
                                            in.flush();
                                            throw broken;
                                        },
                                        out::write))
                .isSameAs(broken);
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    @Test
    void failingOutputKillsTheChild() {
        IOException full = new IOException("no space");
        assertThatThrownBy(() ->
                        shell("while :; do echo x; done")
                                .run(
                                        ChildInput.NONE,
                                        (_, _, _) -> {
                                            throw full;
                                        }))
                .isSameAs(full);
    }

    @Test
    void childThatDoesNotReadItsInputEndsWell() throws IOException {
        ChildResult result =
                shell("exit 0").run(in -> in.write(new byte[10_000_000]), ChildOutput.NONE);
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void keepsTheLast64KiBOfErrorText() throws IOException {
        ChildResult result =
                shell("head -c 1000000 /dev/zero | tr '\\0' a >&2; echo end >&2")
                        .run(ChildInput.NONE, ChildOutput.NONE);
        assertThat(result.errorText()).hasSize(ErrorTail.LIMIT_BYTES).endsWith("aaaend\n");
    }

    @Test
    void absentProgramIsNamed() {
        assertThatThrownBy(() ->
                        ChildProcess.of(Path.of("/usr/bin/no-such-program"), List.of())
                                .run(ChildInput.NONE, ChildOutput.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/usr/bin/no-such-program");
    }
}
