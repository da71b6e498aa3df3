package dev.packhorse.engine.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceTest {
    @TempDir private Path folder;

    @Test
    void agreesWithTheJdk() throws IOException {
        FileStore store = Files.getFileStore(folder);
        Space space = Space.of(folder);
        assertThat(space.totalBytes()).isEqualTo(store.getTotalSpace());
        // Other programs write to the same file system meanwhile.
        long allowed = Math.max(1L << 30, space.totalBytes() / 20);
        assertThat(Math.abs(space.freeBytes() - store.getUsableSpace())).isLessThan(allowed);
        assertThat(space.freeInodes()).isPositive();
        try (Directory directory = Directory.openTrusted(folder)) {
            assertThat(Space.of(directory).totalBytes()).isEqualTo(space.totalBytes());
        }
    }

    @Test
    void absentPathIsAnError() {
        Path absent = folder.resolve("absent");
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> Space.of(absent))
                .withMessage("statfs " + absent + ": no such file or directory");
    }
}
