package dev.packhorse.engine.posix;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LosslessTextTest {
    @Test
    void anyBytesComeBack() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            // Parts of characters of two to four bytes, beside each other.
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = random.nextBoolean() ? (byte) (0x80 | bytes[at]) : bytes[at];
            }
            assertThat(LosslessText.encode(LosslessText.decode(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void goodTextIsWhatItAlwaysWas() {
        String text = "für alle \u20ac \ud83d\ude00\n";
        assertThat(LosslessText.decode(text.getBytes(UTF_8))).isEqualTo(text);
        assertThat(LosslessText.encode(text)).isEqualTo(text.getBytes(UTF_8));
    }

    @Test
    void whatIsAroundForeignBytesCanBeReadAndChanged() {
        byte[] old = "# für\nuser: old\n".getBytes(ISO_8859_1);
        String text = LosslessText.decode(old);
        assertThat(text.lines().toList().getLast()).isEqualTo("user: old");

        assertThat(LosslessText.encode(text.replace("old", "new")))
                .isEqualTo("# für\nuser: new\n".getBytes(ISO_8859_1));
    }

    /// The bytes that would be the code of a surrogate are no UTF-8.
    @Test
    void codesOfSurrogatesAreForeign() {
        byte[] code = {(byte) 0xed, (byte) 0xb2, (byte) 0x80};
        assertThat(LosslessText.decode(code)).hasSize(3);
        assertThat(LosslessText.encode(LosslessText.decode(code))).isEqualTo(code);
        assertThatThrownBy(() -> LosslessText.encode("\ud83d"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
