package dev.packhorse.engine.gzip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class UnitClassifierTest {
    private static final int UNIT = MemberEncoder.UNIT_BYTES;

    private final UnitClassifier classifier = new UnitClassifier();

    @Test
    void randomAndCompressedBytesAreStored() throws IOException {
        assertThat(classOf(random(UNIT))).isEqualTo(UnitClass.STORED);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            Random random = new Random(3);
            for (int i = 0; i < 20 * UNIT; i++) {
                gzip.write('a' + random.nextInt(23));
            }
        }
        assertThat(classOf(packed.toByteArray())).isEqualTo(UnitClass.STORED);
    }

    @Test
    void base64OfRandomBytesIsEntropyOnly() {
        assertThat(classOf(Base64.getMimeEncoder().encode(random(UNIT))))
                .isEqualTo(UnitClass.ENTROPY);
        assertThat(classOf(Base64.getEncoder().encode(random(UNIT)))).isEqualTo(UnitClass.ENTROPY);
    }

    @Test
    void textHexAndZerosAreWorthTheFullLevel() {
        byte[] hex = HexFormat.of().formatHex(random(UNIT)).getBytes(StandardCharsets.US_ASCII);
        assertThat(classOf(hex)).isEqualTo(UnitClass.FULL);
        assertThat(classOf(new byte[UNIT])).isEqualTo(UnitClass.FULL);
        byte[] code =
                "if (isset($options['name'])) { return $this->get_option('name'); }\n"
                        .repeat(400)
                        .getBytes(StandardCharsets.US_ASCII);
        assertThat(classOf(code)).isEqualTo(UnitClass.FULL);
    }

    @Test
    void aUnitTooSmallToSampleIsFull() {
        assertThat(classOf(random(100))).isEqualTo(UnitClass.FULL);
    }

    private UnitClass classOf(byte[] bytes) {
        return classifier.classify(ByteBuffer.wrap(bytes), 0, Math.min(UNIT, bytes.length));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
