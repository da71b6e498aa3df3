package dev.packhorse.engine.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeRecordTest {
    @TempDir Path folder;

    @Test
    void findsEveryLineAndNoOther() throws IOException {
        List<byte[]> lines = LineSorterTest.lines(1_001, 3);
        write(lines);

        try (TreeRecord record = TreeRecord.open(file())) {
            assertThat(record.inode()).isEqualTo(77);
            assertThat(record.lines()).isEqualTo(1_001);
            for (byte[] line : lines) {
                byte[] key = Arrays.copyOf(line, RecordLine.KEY);
                byte[] origin = Arrays.copyOfRange(line, RecordLine.DIGESTED, RecordLine.BYTES);
                assertThat(record.content(key, origin))
                        .hasValueSatisfying(
                                content -> assertThat(content).isEqualTo(RecordLine.content(line)));
                assertThat(record.content(key, RecordLine.NO_ORIGIN)).isEmpty();
                key[15] ^= 1;
                assertThat(record.content(key, origin)).isEmpty();
            }
        }
    }

    @Test
    void aLineWithoutOriginIsNeverKnownAgain() throws IOException {
        byte[] key = new byte[RecordLine.KEY];
        write(
                List.of(
                        RecordLine.of(
                                key,
                                new byte[Hashes.SHORT],
                                RecordLine.NO_CONTENT,
                                RecordLine.NO_ORIGIN)));

        try (TreeRecord record = TreeRecord.open(file())) {
            assertThat(record.content(key, new byte[Hashes.SHORT])).isEmpty();
        }
    }

    @Test
    void anEmptyRecordKnowsNothing() throws IOException {
        write(List.of());

        try (TreeRecord record = TreeRecord.open(file())) {
            assertThat(record.content(new byte[RecordLine.KEY], new byte[Hashes.SHORT])).isEmpty();
        }
    }

    @Test
    void theDigestIsThatOfTheSortedLinesWithoutOrigins() throws Exception {
        List<byte[]> lines = LineSorterTest.lines(300, 4);

        String digest = write(lines);

        MessageDigest expected = MessageDigest.getInstance("SHA-256");
        lines.stream().sorted(RecordLine::compare).forEach(line -> expected.update(line, 0, 64));
        assertThat(digest).isEqualTo(HexFormat.of().formatHex(expected.digest()));
    }

    @Test
    void everyDamageIsSeen() throws IOException {
        write(LineSorterTest.lines(100, 5));
        byte[] whole = Files.readAllBytes(file());
        for (int at : new int[] {0, 9, 20, 40, 5_000, whole.length - 1}) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(file(), damaged);
            assertThatThrownBy(() -> TreeRecord.open(file()))
                    .as("byte %d", at)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("demo.tree");
        }
        for (int length : new int[] {0, 31, 32, 4_000, whole.length - 1}) {
            Files.write(file(), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TreeRecord.open(file()))
                    .as("cut at %d", length)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("demo.tree");
        }
    }

    private Path file() {
        return folder.resolve("demo.tree");
    }

    private String write(List<byte[]> lines) throws IOException {
        Files.write(file(), new byte[0]);
        try (RecordWriter writer = new RecordWriter(folder.resolve("spill"))) {
            for (byte[] line : lines) {
                writer.add(line);
            }
            return writer.finish(file(), 77);
        }
    }
}
