package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaxTimeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "1700000000, 1700000000, 0",
        "1.5, 1, 500000000",
        "1.000000001, 1, 1",
        "1.0000000019, 1, 1",
        "1., 1, 0",
        "1.00000000000000000000000000000000000000000000000000000000000000, 1, 0",
        "-1, -1, 0",
        "-0.25, -1, 750000000",
        "-1.999999999, -2, 1"
    })
    void readsDecimalNumbers(String text, long seconds, int nanos) throws Exception {
        assertThat(PaxTime.parse(text.getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(new PaxTime(seconds, nanos));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                ".",
                ".5",
                "1e5",
                "0x10",
                "+1",
                " 1",
                "1 ",
                "1.5.5",
                "1.-5",
                "1.5a",
                "nan",
                "9223372036854775808",
                "1.00000000000000000000000000000000000000000000000000000000000000000"
            })
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> PaxTime.parse(text.getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(ArchiveException.class);
    }
}
