package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The numbers of tar headers, as strangers may write them.
class TarNumbersTest {
    private static long field(String hex) throws ArchiveException {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return TarNumbers.field(bytes, 0, bytes.length, "size");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({"'0000017 ',15", "'     17 ',15", "'        ',0", "'7',7", "'17 0 ',-1"})
    void octalFieldsAreBlankPaddedOnEitherSide(String text, long value) throws Exception {
        byte[] bytes = ascii(text);
        if (value < 0) {
            assertThatThrownBy(() -> TarNumbers.field(bytes, 0, bytes.length, "size"))
                    .hasMessageContaining("malformed size");
        } else {
            assertThat(TarNumbers.field(bytes, 0, bytes.length, "size")).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"18", "-1", "x", "1a", "1/"})
    void whatIsNotOctalIsDamaged(String text) {
        byte[] bytes = ascii(text);
        assertThatThrownBy(() -> TarNumbers.field(bytes, 0, bytes.length, "size"))
                .isInstanceOf(ArchiveException.class);
    }

    @Test
    void aNulEndsTheDigits() throws Exception {
        byte[] bytes = ascii("17\0\0 \0");
        assertThat(TarNumbers.field(bytes, 0, bytes.length, "size")).isEqualTo(15);
    }

    @ParameterizedTest
    @CsvSource({
        "800000000000000000000001,1",
        "ffffffffffffffffffffffff,-1",
        "80000000007fffffffffffffff,9223372036854775807",
        "ffffffff800000000000000a,-9223372036854775798",
        "80000000000000007fffffffffffffff,9223372036854775807"
    })
    void base256HoldsAnyLong(String hex, String value) throws Exception {
        assertThat(field(hex)).isEqualTo(Long.parseLong(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80000000000000008000000000000000",
                "8000000000000001ffffffffffffffff",
                "ffffffffffffffff7fffffffffffffff"
            })
    void base256BeyondALongIsAbsurd(String hex) {
        assertThatThrownBy(() -> field(hex)).hasMessageContaining("absurd size");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "+1",
                " 1",
                "1 ",
                "9223372036854775808",
                "1x",
                "10000000000000000000"
            })
    void whatIsNoDecimalLongIsRefused(String text) {
        assertThatThrownBy(() -> TarNumbers.decimal(ascii(text), "mtime"))
                .hasMessageContaining("malformed mtime");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "7", "0000000000000000009", "9223372036854775807"})
    void decimalsUpToTheLargestLongAreRead(String text) throws Exception {
        assertThat(TarNumbers.decimal(ascii(text), "mtime")).isEqualTo(Long.parseLong(text));
    }
}
