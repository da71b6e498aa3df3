package dev.packhorse.transport.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.ByteSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartPlanTest {
    private static final ByteSize LEAST = ByteSize.parse("16MiB");

    @ParameterizedTest
    @ValueSource(
            longs = {
                1,
                16 << 20,
                (16 << 20) + 1,
                9_000L << 24,
                (9_000L << 24) + 1,
                300_000_000_000L
            })
    void partsMakeUpTheWholeAndAreNeverTooMany(long size) {
        PartPlan plan = PartPlan.of(size, LEAST);
        long sum = 0;
        for (int number = 1; number <= plan.count(); number++) {
            assertThat(plan.lengthOf(number)).isBetween(1, plan.partBytes());
            sum += plan.lengthOf(number);
        }
        assertThat(sum).isEqualTo(size);
        assertThat(plan.count()).isLessThanOrEqualTo(9_000);
        assertThat(plan.partBytes()).isGreaterThanOrEqualTo((int) LEAST.bytes());
    }

    @Test
    void theLargestContentHasPartsOfTheLargestSize() {
        long most = PartPlan.LARGEST_CONTENT.bytes();
        assertThat(PartPlan.of(most, LEAST).partBytes())
                .isEqualTo((int) PartPlan.LARGEST_PART.bytes());
        assertThatThrownBy(() -> PartPlan.of(most + 1, LEAST))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
