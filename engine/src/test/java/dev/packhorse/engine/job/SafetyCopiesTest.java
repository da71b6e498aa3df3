package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetyCopiesTest {
    @TempDir private Path folder;

    @Test
    void copiesOfMoreThanAWeekGoWhateverBecameOfTheirAccount() throws Exception {
        Path alice = Files.createDirectory(folder.resolve("alice"));
        for (String name :
                List.of(
                        "2026-03-01T000000.000Z.tar.gz",
                        "2026-03-01T000000.000Z.manifest.json",
                        ".packhorse-partial-2026-03-01T000000.000Z",
                        "2026-03-05T000000.000Z.tar.gz",
                        ".packhorse-partial-2026-03-08T235959.000Z",
                        "notes")) {
            Files.createFile(alice.resolve(name));
        }
        SafetyCopies.removeOld(folder, Instant.parse("2026-03-09T00:00:00Z"));
        try (Stream<Path> left = Files.list(alice)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "2026-03-05T000000.000Z.tar.gz",
                            ".packhorse-partial-2026-03-08T235959.000Z",
                            "notes");
        }
        SafetyCopies.removeOld(folder.resolve("absent"), Instant.EPOCH);
    }
}
