package dev.packhorse.engine.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LowPriorityTest {
    private static final int THREAD = 1;
    private static final int SHIFT = 13;
    private static final int BEST_EFFORT_LAST = 2 << SHIFT | 7;
    private static final int IDLE = 3 << SHIFT;

    private static long ioPriority() {
        try (Scratch scratch = Scratch.take()) {
            return scratch.call(Syscall.IOPRIO_GET, THREAD, 0);
        }
    }

    private static long nice() {
        try (Scratch scratch = Scratch.take()) {
            return 20 - scratch.call(Syscall.GETPRIORITY, 0, 0);
        }
    }

    /// On a thread whose class is lowered first.
    private static long below(int priority, boolean niceLast) {
        CompletableFuture<Long> seen = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try (Scratch scratch = Scratch.take()) {
                        scratch.call(Syscall.IOPRIO_SET, THREAD, 0, priority);
                        if (niceLast) {
                            scratch.call(Syscall.SETPRIORITY, 0, 0, 19);
                        }
                        seen.complete(
                                LowPriority.call(
                                        niceLast
                                                ? LowPriorityTest::nice
                                                : LowPriorityTest::ioPriority));
                    } catch (Exception e) {
                        seen.completeExceptionally(e);
                    }
                });
        return seen.join();
    }

    @Test
    void usualWorkIsLowered() throws Exception {
        assertThat(LowPriority.call(LowPriorityTest::ioPriority)).isEqualTo(BEST_EFFORT_LAST);
        assertThat(LowPriority.call(LowPriorityTest::nice)).isEqualTo(LowPriority.NICE);
        assertThat(below(2 << SHIFT, false)).isEqualTo(BEST_EFFORT_LAST);
    }

    @Test
    void whatIsLowerAlreadyIsNotRaised() {
        assertThat(below(IDLE, false) >> SHIFT).isEqualTo(3);
        assertThat(below(IDLE, true)).isEqualTo(19);
    }
}
