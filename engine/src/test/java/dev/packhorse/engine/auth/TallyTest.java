package dev.packhorse.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final LockoutRules RULES = LockoutRules.USUAL;

    private static Tally locked(Instant until) {
        return new Tally(
                List.of(), NOW, 0, Optional.of(new Tally.Lock(NOW, until, RULES.failures())));
    }

    @Test
    void itIsOverWhenNothingOfItMatters() {
        Duration window = RULES.window();
        Instant later = NOW.plus(window);
        Instant tomorrow = NOW.plus(LockoutRules.DAY);

        assertThat(Tally.begun(NOW).isOver(NOW, window)).isTrue();
        assertThat(locked(tomorrow).isOver(NOW, window)).isFalse();
        assertThat(locked(later).isOver(later, window)).isTrue();
        Tally once = Tally.begun(NOW).failed(NOW, RULES, true);
        assertThat(once.isOver(later, window)).as("it counts for the day").isFalse();
        assertThat(once.isOver(tomorrow, window)).isTrue();
        assertThat(once.isOver(tomorrow, Duration.ofDays(2))).as("a long window").isFalse();
    }

    /// Only when all are locked the oldest lock gives way.
    @Test
    void whoIsLockedStaysAsLongAsThereAreOthers() {
        Tallies tallies = new Tallies();
        Instant until = NOW.plus(RULES.time());
        for (int i = 0; i < Tallies.MOST; i++) {
            tallies.put("locked" + i, locked(until), NOW);
        }
        tallies.put("one more", locked(until), NOW);
        assertThat(tallies.all()).hasSize(Tallies.MOST).doesNotContainKey("locked0");

        tallies.put("free", Tally.begun(NOW), NOW);
        assertThat(tallies.all()).containsKey("free").doesNotContainKey("locked1");
        tallies.put("next", locked(until), NOW);
        assertThat(tallies.all()).doesNotContainKey("free").containsKeys("locked2", "next");
    }

    @Test
    void clearingTellsHowManyWereLocked() {
        Tallies tallies = new Tallies();
        tallies.put("a", locked(NOW.plus(RULES.time())), NOW);
        tallies.put("b", Tally.begun(NOW), NOW);
        tallies.put("c", locked(NOW.plus(RULES.time())), NOW);

        assertThat(tallies.removeIf(key -> !key.equals("c"), NOW)).isOne();
        assertThat(tallies.all()).containsOnlyKeys("c");
    }

    @Test
    void rulesThatCannotBeMeantAreRefused() {
        Duration minute = Duration.ofMinutes(1);
        assertThat(new LockoutRules(0, minute, minute, 0, List.of()).failures()).isZero();
        for (int[] numbers : new int[][] {{-1, 0}, {0, -1}}) {
            assertThatThrownBy(() ->
                            new LockoutRules(numbers[0], minute, minute, numbers[1], List.of()))
                    .hasMessageContaining("not negative");
        }
        for (Duration odd : List.of(Duration.ZERO, minute.negated())) {
            assertThatThrownBy(() -> new LockoutRules(1, odd, minute, 1, List.of()))
                    .hasMessageContaining("must be positive");
            assertThatThrownBy(() -> new LockoutRules(1, minute, odd, 1, List.of()))
                    .hasMessageContaining("must be positive");
        }
    }
}
