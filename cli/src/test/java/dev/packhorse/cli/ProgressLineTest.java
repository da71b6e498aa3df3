package dev.packhorse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.render.ProgressText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProgressLineTest {
    private static final Map<String, String> XTERM = Map.of("TERM", "xterm", "COLUMNS", "60");
    private static final String CLEAR = "\r\u001b[K";

    private final StringWriter text = new StringWriter();
    private final AtomicLong nanos = new AtomicLong();

    private static JsonNode job(String stage, long bytes, long expected) {
        return JsonMapper.shared()
                .readTree(
                        "{\"state\":\"active\",\"progress\":{\"stage\":\"%s\",\"bytes\":%d,\"expectedBytes\":%d}}"
                                .formatted(stage, bytes, expected));
    }

    @Test
    void aBarShowsHowMuchAndHowLongStill() {
        assertThat(
                        ProgressText.of(
                                job("verifying", 50L << 20, 200L << 20), 0, Duration.ofSeconds(10)))
                .isEqualTo(
                        "verifying [######------------------] 25 %  50.0 MiB of 200.0 MiB  5.0 MiB/s"
                                + "  0:00:10  ETA 0:00:30");
    }

    @Test
    void withoutAnExpectedSizeThereIsNoBarAndNothingIsPromised() {
        assertThat(ProgressText.of(job("packing", 3L << 20, 0), 1L << 20, Duration.ofSeconds(2)))
                .isEqualTo("packing  3.0 MiB  1.0 MiB/s  0:00:02");
        assertThat(ProgressText.of(job("restoring Mail", 0, 9), 0, Duration.ofSeconds(3_700)))
                .isEqualTo("restoring Mail  1:01:40");
    }

    @Test
    void moreThanWasExpectedIsNearlyAll() {
        assertThat(ProgressText.of(job("packing", 30, 10), 0, Duration.ofSeconds(1)))
                .isEqualTo("packing [#######################-] 99 %  30 B  0:00:01");
    }

    @Test
    void theLineIsDrawnAnewAndClearedOnATerminal() {
        ProgressLine line =
                new ProgressLine(new PrintWriter(text), Terminal.of(true, XTERM), nanos::get);
        line.clear();
        assertThat(text.toString()).isEmpty();
        line.show(job("packing", 1 << 20, 0));
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        line.show(job("packing", 5 << 20, 0));
        line.clear();
        assertThat(text.toString())
                .isEqualTo(
                        CLEAR
                                + "packing  1.0 MiB  0:00:00"
                                + CLEAR
                                + "packing  5.0 MiB  1.0 MiB/s  0:00:04"
                                + CLEAR);
    }

    @Test
    void aNewStageBeginsAnew() {
        ProgressLine line =
                new ProgressLine(new PrintWriter(text), Terminal.of(true, XTERM), nanos::get);
        line.show(job("packing", 9 << 20, 0));
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        line.show(job("sending", 7 << 20, 0));
        assertThat(text.toString()).endsWith("sending  7.0 MiB  0:00:00");
    }

    @Test
    void aLineIsNeverWiderThanTheTerminal() {
        ProgressLine line =
                new ProgressLine(new PrintWriter(text), Terminal.of(true, XTERM), nanos::get);
        line.show(job("x".repeat(100), 1, 2));
        assertThat(text.toString()).isEqualTo(CLEAR + "x".repeat(59));
    }

    @Test
    void filesAndDumbTerminalsGetNeitherLinesNorColours() {
        for (Terminal terminal :
                new Terminal[] {
                    Terminal.of(false, XTERM),
                    Terminal.of(true, Map.of("TERM", "dumb")),
                    Terminal.of(true, Map.of())
                }) {
            ProgressLine line = new ProgressLine(new PrintWriter(text), terminal, nanos::get);
            line.show(job("packing", 1, 2));
            line.clear();
            assertThat(text.toString()).isEmpty();
            assertThat(terminal.painted("failed", "x")).isEqualTo("x");
        }
        Terminal plain = Terminal.of(true, Map.of("TERM", "xterm", "NO_COLOR", "1"));
        assertThat(plain.live()).isTrue();
        assertThat(plain.painted("failed", "x")).isEqualTo("x");
        assertThat(Terminal.of(true, XTERM).painted("failed", "x"))
                .isEqualTo("\u001b[31mx\u001b[0m");
        assertThat(Terminal.of(true, XTERM).painted("active", "x")).isEqualTo("x");
    }
}
