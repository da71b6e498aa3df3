package dev.packhorse.engine.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadJournalsTest {
    private static final DestinationId PLACE = new DestinationId("A".repeat(24));
    private static final ObjectKey KEY = new ObjectKey("a/b.tar.gz");
    private static final UploadState STATE =
            new UploadState(new TreeMap<>(Map.of("upload", "id \"1\"\n", "part1", "etag")));

    @TempDir Path folder;

    private UploadJournal journal(String sha256) {
        return new UploadJournals(folder.resolve("uploads")).of(PLACE, KEY, sha256);
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(folder.resolve("uploads"))) {
            return files.reduce((_, _) -> Path.of("more than one")).orElseThrow();
        }
    }

    @Test
    void anotherProcessFindsTheStateUntilItIsCleared() throws IOException {
        assertThat(journal("1").recorded()).isEmpty();
        journal("1").record(STATE);
        assertThat(journal("1").recorded()).contains(STATE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(onlyFile())))
                .isEqualTo("rw-------");
        journal("1").clear();
        journal("1").clear();
        assertThat(journal("1").recorded()).isEmpty();
    }

    @Test
    void otherContentKeysAndPlacesDoNotMeet() throws IOException {
        journal("1").record(STATE);
        UploadJournals journals = new UploadJournals(folder.resolve("uploads"));
        assertThat(journal("2").recorded()).isEmpty();
        assertThat(journals.of(PLACE, new ObjectKey("a/c"), "1").recorded()).isEmpty();
        assertThat(journals.of(new DestinationId("B".repeat(24)), KEY, "1").recorded()).isEmpty();
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        journal("1").record(STATE);
        for (String damage : new String[] {"", "{", "[1]", "{\"a\":{}}", "{\"a\":null}", "null"}) {
            Files.writeString(onlyFile(), damage);
            assertThatThrownBy(() -> journal("1").recorded())
                    .as(damage)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(onlyFile().toString())
                    .hasMessageContaining("remove it");
        }
    }

    @Test
    void onlyWhatNobodyTouchedIsSwept() throws IOException {
        UploadJournals journals = new UploadJournals(folder.resolve("uploads"));
        Instant now = Instant.parse("2026-03-01T00:00:00Z");
        assertThat(journals.sweep(now)).isZero();
        journal("1").record(STATE);
        Files.setLastModifiedTime(onlyFile(), FileTime.from(now.minusSeconds(5)));
        journal("2").record(STATE);
        assertThat(journals.sweep(now)).isEqualTo(1);
        assertThat(journal("1").recorded()).isEmpty();
        assertThat(journal("2").recorded()).contains(STATE);
    }
}
