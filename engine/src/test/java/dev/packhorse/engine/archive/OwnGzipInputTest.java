package dev.packhorse.engine.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.gzip.DeflateBackend;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What this server wrote is unpacked by libdeflate, and must come out as from the JDK, and be
/// refused where the JDK refuses it.
class OwnGzipInputTest {
    @BeforeAll
    static void libraryIsThere() {
        assertThat(DeflateBackend.LIBDEFLATE.isAvailable()).as("libdeflate").isTrue();
    }

    private static byte[] text(int count, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(1 + i % 23));
        }
        return bytes;
    }

    private static byte[] member(byte[] raw) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(raw);
        }
        return packed.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] unpack(byte[] file, boolean own) throws IOException {
        try (InputStream in =
                new GzipMembersInput(new ByteArrayInputStream(file), ArchiveLimits.DEFAULTS, own)) {
            return in.readAllBytes();
        }
    }

    /// Members of ours have half a MiB; others may have anything.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 500, 524_288, 1_048_575, 1_048_576, 1_048_577, 9_000_000})
    void membersOfAnySizeComeOutAsTheyWentIn(int size) throws Exception {
        byte[] first = text(size, 1);
        byte[] noise = new byte[size / 2];
        new Random(2).nextBytes(noise);
        byte[] file = joined(member(first), member(noise), member(text(70_000, 3)), member(first));

        assertThat(unpack(file, true))
                .isEqualTo(joined(first, noise, text(70_000, 3), first))
                .isEqualTo(unpack(file, false));
    }

    @Test
    void manyMembersComeInTheirOrder() throws Exception {
        byte[][] members = new byte[300][];
        byte[][] raws = new byte[300][];
        for (int i = 0; i < members.length; i++) {
            raws[i] = text(i * 97, i);
            members[i] = member(raws[i]);
        }

        assertThat(unpack(joined(members), true)).isEqualTo(joined(raws));
    }

    static IntStream places() throws IOException {
        return IntStream.range(0, damageable().length);
    }

    private static byte[] damageable() throws IOException {
        return joined(member(text(60, 1)), member(text(90, 2)));
    }

    private static String outcome(byte[] file, boolean own) {
        try {
            return new String(unpack(file, own), US_ASCII);
        } catch (ArchiveException e) {
            // What is wrong with a deflate stream the one finds by its rules, the other by the
            // checksum.
            return e.kind().name();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void eachDamagedByteIsRefusedAsByTheJdk(int place) throws Exception {
        byte[] file = damageable();
        for (int bit = 0; bit < 8; bit++) {
            byte[] damaged = file.clone();
            damaged[place] ^= (byte) (1 << bit);

            assertThat(outcome(damaged, true)).as("bit %d", bit).isEqualTo(outcome(damaged, false));
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void eachCutIsRefusedAsByTheJdk(int length) throws Exception {
        byte[] cut = Arrays.copyOf(damageable(), length);

        assertThat(outcome(cut, true)).isEqualTo(outcome(cut, false));
    }

    @Test
    void aBombIsRefused() throws Exception {
        byte[] zeros = member(new byte[1_000_000]);
        byte[][] many = new byte[400][];
        Arrays.fill(many, zeros);

        ArchiveException refused =
                catchThrowableOfType(ArchiveException.class, () -> unpack(joined(many), true));

        assertThat(refused.kind()).isEqualTo(Kind.LIMIT);
    }
}
