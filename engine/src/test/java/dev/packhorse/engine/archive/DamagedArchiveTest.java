package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.gzip.GzipSettings;
import dev.packhorse.transport.spi.Cancellation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedArchiveTest {
    private static final ArchiveJudge JUDGE =
            new ArchiveJudge(ArchiveLimits.OWN, ArchiveTrust.PROVEN);

    @TempDir Path folder;
    private Path unpacked;
    private Path file;

    @BeforeEach
    void makeFolder() throws Exception {
        unpacked = Files.createDirectory(folder.resolve("unpacked"));
        file = folder.resolve("archive");
    }

    @Test
    void aPlainArchiveCutAtAnyBlockIsTruncated() throws Exception {
        ArchiveBuilding.pack(file, new Packing.Plain(), RandomTree.of(7).subList(0, 9));
        byte[] whole = Files.readAllBytes(file);
        int end = whole.length;
        while (whole[end - 1] == 0) {
            end--;
        }
        int endMarks = (end + 511) / 512 * 512 + 1_024;
        for (int length = 512; length < endMarks; length += 512) {
            ArchiveException thrown = judge(Arrays.copyOf(whole, length));
            assertThat(thrown).as("cut at %s", length).isNotNull();
            assertThat(thrown.kind()).isEqualTo(Kind.TRUNCATED);
        }
    }

    @Test
    void aGzipArchiveOfAStrangerCutAnywhereIsTruncated() throws Exception {
        byte[] noise = new byte[20_000];
        new Random(13).nextBytes(noise);
        byte[] whole =
                TarBuilder.gzip(
                        TarBuilder.demo()
                                .file(
                                        "cpmove-demo/homedir/a",
                                        new String(noise, StandardCharsets.ISO_8859_1))
                                .end());
        ArchiveJudge judge = new ArchiveJudge(ArchiveLimits.OWN, ArchiveTrust.RESTRICTED);
        for (int length = 2; length < whole.length; length += 1 + whole.length / 150) {
            Files.write(file, Arrays.copyOf(whole, length));
            ArchiveException thrown =
                    catchThrowableOfType(
                            ArchiveException.class,
                            () -> judge.judge(file, unpacked, Cancellation.never()).close());
            assertThat(thrown).as("cut at %s", length).isNotNull();
            assertThat(thrown.kind()).as("cut at %s", length).isEqualTo(Kind.TRUNCATED);
        }
    }

    @Test
    void aGzipArchiveCutAnywhereIsTruncated() throws Exception {
        byte[] whole = packed();
        for (int length = 2; length < whole.length; length += 1 + whole.length / 150) {
            ArchiveException thrown = judge(Arrays.copyOf(whole, length));
            assertThat(thrown).as("cut at %s", length).isNotNull();
            assertThat(thrown.kind()).as("cut at %s", length).isEqualTo(Kind.TRUNCATED);
        }
        assertThat(judge(Arrays.copyOf(whole, whole.length - 1))).isNotNull();
    }

    @Test
    void threeHundredFlippedBitsAreAllFound() throws Exception {
        byte[] whole = packed();
        Random random = new Random(11);
        for (int i = 0; i < 300; i++) {
            int bit = random.nextInt(whole.length * 8);
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            if (isUncheckedHeaderByte(whole, bit / 8)) {
                continue;
            }
            assertThat(judge(damaged)).as("bit %s", bit).isNotNull();
        }
    }

    @Test
    void zeroedStretchesAreFound() throws Exception {
        byte[] whole = packed();
        Random random = new Random(12);
        for (int i = 0; i < 50; i++) {
            byte[] damaged = whole.clone();
            int from = random.nextInt(whole.length - 4_096);
            Arrays.fill(damaged, from, from + 4_096, (byte) 0);
            assertThat(judge(damaged)).as("zeros at %s", from).isNotNull();
        }
    }

    /// A gzip header holds a time, extra flags and the system's number, which no checksum covers
    /// and no reader goes by; the digest in the manifest does cover them.
    private static boolean isUncheckedHeaderByte(byte[] whole, int index) {
        for (int start = Math.max(0, index - 9); start <= index - 4; start++) {
            byte[] head = Arrays.copyOfRange(whole, start, start + 10);
            if (Arrays.equals(head, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3})) {
                return true;
            }
        }
        return false;
    }

    private byte[] packed() throws Exception {
        ArchiveBuilding.pack(
                file, new Packing.Gzip(GzipSettings.usual()), RandomTree.of(7).subList(0, 9));
        return Files.readAllBytes(file);
    }

    private ArchiveException judge(byte[] bytes) throws Exception {
        Files.write(file, bytes);
        ArchiveException thrown =
                catchThrowableOfType(
                        ArchiveException.class,
                        () -> JUDGE.judge(file, unpacked, Cancellation.never()).close());
        if (thrown != null) {
            assertThat(unpacked).as("what is left behind").isEmptyDirectory();
        }
        return thrown;
    }
}
