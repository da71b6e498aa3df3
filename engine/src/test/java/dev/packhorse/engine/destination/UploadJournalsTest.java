package dev.packhorse.engine.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
        return new UploadJournals(folder.resolve("uploads")).open(PLACE, KEY, sha256);
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
        assertThat(journals.open(PLACE, new ObjectKey("a/c"), "1").recorded()).isEmpty();
        assertThat(journals.open(new DestinationId("B".repeat(24)), KEY, "1").recorded()).isEmpty();
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        journal("1").record(STATE);
        for (String damage :
                new String[] {
                    "", "{", "[1]", "{\"a\":{}}", "null", "{\"destination\":\"x\",\"key\":\"k\"}"
                }) {
            Files.writeString(onlyFile(), damage);
            assertThatThrownBy(() -> journal("1").recorded())
                    .as(damage)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(onlyFile().toString())
                    .hasMessageContaining("remove it");
        }
    }

    private static Destination destination() {
        return new Destination(
                PLACE,
                DestinationType.LOCAL,
                "disk",
                false,
                "",
                false,
                false,
                30,
                new DestinationSettings.Local("/far", false, false));
    }

    @Test
    void onlyWhatNobodyGoesOnWithIsTakenBack() throws IOException {
        UploadJournals journals = new UploadJournals(folder.resolve("uploads"));
        DestinationStore destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(destination());
        List<UploadState> takenBack = new ArrayList<>();
        boolean[] broken = {true};
        AbandonedUploads abandoned =
                new AbandonedUploads(
                        journals,
                        destinations,
                        _ ->
                                new FolderTransport(folder, "") {
                                    @Override
                                    public void abandon(UploadState state)
                                            throws TransportException {
                                        if (broken[0]) {
                                            throw new TransportException(
                                                    TransportException.Kind.UNAVAILABLE, "away");
                                        }
                                        takenBack.add(state);
                                    }
                                });
        Instant now = Instant.now();
        assertThat(abandoned.sweep(now.plus(Duration.ofDays(2)))).isZero();

        try (UploadJournals.Open running = journals.open(PLACE, KEY, "1")) {
            running.record(STATE);
            assertThat(abandoned.sweep(now.plus(Duration.ofDays(2)))).isZero();
        }
        assertThat(abandoned.sweep(now)).isZero();
        assertThatThrownBy(() -> abandoned.sweep(now.plus(Duration.ofDays(2))))
                .hasMessageContaining("away");
        assertThat(journal("1").recorded()).contains(STATE);

        broken[0] = false;
        assertThat(abandoned.sweep(now.plus(Duration.ofDays(2)))).isEqualTo(1);
        assertThat(takenBack).containsExactly(STATE);
        assertThat(journal("1").recorded()).isEmpty();

        journal("2").record(STATE);
        destinations.delete(PLACE);
        assertThat(
                        new AbandonedUploads(
                                        new UploadJournals(folder.resolve("uploads")),
                                        destinations,
                                        _ -> new FolderTransport(folder, ""))
                                .sweep(now.plus(Duration.ofDays(2))))
                .isEqualTo(1);
        assertThat(takenBack).hasSize(1);
    }

    private AbandonedUploads abandoned(UploadJournals journals, Abandoning abandoning)
            throws IOException {
        DestinationStore destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(destination());
        return new AbandonedUploads(
                journals,
                destinations,
                _ ->
                        new FolderTransport(folder, "") {
                            @Override
                            public void abandon(UploadState state) throws TransportException {
                                abandoning.of(state);
                            }
                        });
    }

    private interface Abandoning {
        void of(UploadState state) throws TransportException;
    }

    /// An upload that goes on while it is taken back keeps what it records.
    @Test
    void whatSomebodyGoesOnWithMeanwhileIsNotForgotten() throws IOException {
        UploadJournals journals = new UploadJournals(folder.resolve("uploads"));
        journal("1").record(STATE);
        List<UploadJournals.Open> running = new ArrayList<>();
        AbandonedUploads abandoned =
                abandoned(journals, _ -> running.add(journals.open(PLACE, KEY, "1")));
        Instant later = Instant.now().plus(Duration.ofDays(2));
        assertThat(abandoned.sweep(later)).isZero();
        assertThat(journal("1").recorded()).contains(STATE);
        running.forEach(UploadJournals.Open::close);
    }

    @Test
    void aDamagedFileIsInNobodysWay() throws IOException {
        for (String each : List.of("1", "2", "3")) {
            journal(each).record(STATE);
        }
        Path damaged;
        try (var files = Files.list(folder.resolve("uploads"))) {
            damaged = Files.writeString(files.sorted().skip(1).findFirst().orElseThrow(), "{");
        }
        List<UploadState> takenBack = new ArrayList<>();
        AbandonedUploads abandoned =
                abandoned(new UploadJournals(folder.resolve("uploads")), takenBack::add);
        Instant later = Instant.now().plus(Duration.ofDays(2));
        assertThatThrownBy(() -> abandoned.sweep(later)).hasMessageContaining(damaged.toString());
        assertThat(takenBack).hasSize(2);
        assertThat(onlyFile()).isEqualTo(damaged);
    }
}
