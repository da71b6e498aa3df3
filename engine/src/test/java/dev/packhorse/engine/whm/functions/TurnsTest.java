package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.WhmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Turns turns = new Turns(1, Duration.ofMillis(20));

    @Test
    void whoseTurnDoesNotComeIsTold() throws WhmException {
        turns.take(() -> {
            assertBusy(() -> turns.take(() -> "second"));
            return "first";
        });
        assertThatThrownBy(() ->
                        turns.take(() -> {
                            throw WhmException.refused("broken");
                        }))
                .hasMessage("broken");
        assertThat(turns.<String>take(() -> "third")).isEqualTo("third");
    }

    @Test
    void aSearchWaitsForItsTurnAndARefusalDoesNot() throws WhmException {
        turns.take(() -> {
            assertBusy(() -> AccountSearch.filter(List.of(), search("a+"), turns));
            assertThatThrownBy(
                            () -> AccountSearch.filter(List.of(), search("x".repeat(257)), turns))
                    .hasMessageContaining("256 characters");
            return "";
        });
        assertThat(AccountSearch.filter(List.of(), search("a+"), turns)).isEmpty();
    }

    private static Arguments search(String text) {
        return new Arguments(
                Map.of(
                        "search",
                        List.of(text),
                        "searchtype",
                        List.of("user"),
                        "searchmethod",
                        List.of("regex")));
    }

    private static void assertBusy(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(WhmException.class).hasMessageContaining("busy");
    }
}
