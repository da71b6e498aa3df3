package dev.packhorse.engine.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineSorterTest {
    @TempDir Path folder;

    @Test
    void sortsWhatDoesNotFitInMemory() throws IOException {
        List<byte[]> lines = lines(1_000, 7);
        List<byte[]> sorted = new ArrayList<>();
        try (LineSorter sorter = new LineSorter(folder.resolve("spill"), 64)) {
            for (byte[] line : lines) {
                sorter.add(line);
            }
            sorter.drain(sorted::add);
            assertThat(sorter.count()).isEqualTo(1_000);
        }

        lines.sort(RecordLine::compare);
        assertThat(sorted).containsExactlyElementsOf(lines);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void sortsWhatFits() throws IOException {
        List<byte[]> lines = lines(50, 8);
        List<byte[]> sorted = new ArrayList<>();
        try (LineSorter sorter = new LineSorter(folder.resolve("spill"), 64)) {
            for (byte[] line : lines) {
                sorter.add(line);
            }
            sorter.drain(sorted::add);
        }

        lines.sort(RecordLine::compare);
        assertThat(sorted).containsExactlyElementsOf(lines);
    }

    static List<byte[]> lines(int count, long seed) {
        Random random = new Random(seed);
        List<byte[]> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] line = new byte[RecordLine.BYTES];
            random.nextBytes(line);
            lines.add(line);
        }
        return lines;
    }
}
