package dev.packhorse.engine.whm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchMemoryTest {
    private static final long KIB = 1024;

    private final BatchMemory memory = new BatchMemory(6 * 100 * KIB);

    @Test
    void allTogetherTakeSoMuchUntilTheyAreClosed() {
        BatchMemory.Share first = memory.share();
        assertThat(first.add(132 * KIB)).isTrue();
        try (BatchMemory.Share second = memory.share()) {
            assertThat(second.add(32 * KIB)).as("small ones always fit").isTrue();
            assertThat(second.isLong()).isFalse();
            assertThat(second.add(1)).isFalse();
            assertThat(second.isLong()).isTrue();
            first.close();
            assertThat(second.add(99 * KIB)).isTrue();
        }
        assertThat(memory.taken()).isZero();
    }

    @Test
    void ofAFinishedAnswerOnlyTheTextCounts() {
        try (BatchMemory.Share share = memory.share()) {
            share.add(132 * KIB);
            assertThat(share.length()).isEqualTo(132 * KIB);
            share.keepText(140 * KIB);
            assertThat(memory.taken()).isEqualTo(140 * KIB);
            try (BatchMemory.Share other = memory.share()) {
                assertThat(other.add(100 * KIB)).isTrue();
            }
        }
        assertThat(memory.taken()).isZero();
    }
}
