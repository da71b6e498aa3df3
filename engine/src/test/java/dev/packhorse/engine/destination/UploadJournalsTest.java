package dev.packhorse.engine.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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

    private UploadJournal journal(String sha256) throws IOException {
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
        assertThat(sweep(abandoned, now.plus(Duration.ofDays(2)))).isZero();

        try (UploadJournals.Open running = journals.open(PLACE, KEY, "1")) {
            running.record(STATE);
            assertThat(sweep(abandoned, now.plus(Duration.ofDays(2)))).isZero();
        }
        assertThat(sweep(abandoned, now)).isZero();
        assertThatThrownBy(() -> sweep(abandoned, now.plus(Duration.ofDays(2))))
                .hasMessageContaining("away");
        assertThat(journal("1").recorded()).contains(STATE);

        broken[0] = false;
        assertThat(sweep(abandoned, now.plus(Duration.ofDays(2)))).isEqualTo(1);
        assertThat(takenBack).containsExactly(STATE);
        assertThat(journal("1").recorded()).isEmpty();

        journal("2").record(STATE);
        destinations.delete(PLACE);
        assertThat(
                        new AbandonedUploads(
                                        new UploadJournals(folder.resolve("uploads")),
                                        destinations,
                                        _ -> new FolderTransport(folder, ""))
                                .sweep(now.plus(Duration.ofDays(2)), Cancellation.never()))
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

    private static int sweep(AbandonedUploads abandoned, Instant now) throws IOException {
        return abandoned.sweep(now, Cancellation.never());
    }

    /// What is taken back would be missing in what is sent.
    @Test
    void nobodyGoesOnWithWhatIsBeingTakenBack() throws IOException {
        UploadJournals journals = new UploadJournals(folder.resolve("uploads"));
        journal("1").record(STATE);
        AbandonedUploads abandoned =
                abandoned(
                        journals,
                        _ ->
                                assertThatThrownBy(() -> journals.open(PLACE, KEY, "1"))
                                        .isInstanceOf(UploadJournals.TakenBackException.class)
                                        .hasMessageContaining(KEY.value()));
        assertThat(sweep(abandoned, Instant.now().plus(Duration.ofDays(2)))).isEqualTo(1);
        try (UploadJournals.Open goesOn = journals.open(PLACE, KEY, "1")) {
            assertThat(goesOn.recorded()).isEmpty();
        }
    }

    @Test
    void whatSomebodyHasTakenUpSinceIsLeftToHim() throws IOException {
        UploadJournals journals = new UploadJournals(folder.resolve("uploads"));
        journal("1").record(STATE);
        Instant later = Instant.now().plus(Duration.ofDays(2));
        Path left = journals.leftSince(later).getFirst();
        try (UploadJournals.Open goesOn = journals.open(PLACE, KEY, "1")) {
            assertThat(journals.claim(left, later)).isEmpty();
            assertThat(goesOn.recorded()).contains(STATE);
        }
        // It went on, and got further, after the list was made.
        assertThat(journals.claim(left, Instant.now().minus(Duration.ofDays(1)))).isEmpty();
        try (UploadJournals.Claim claim = journals.claim(left, later).orElseThrow()) {
            assertThat(claim.left().state()).isEqualTo(STATE);
            assertThat(journals.claim(left, later)).isEmpty();
        }
    }

    /// As an upload of days, whose state was recorded once, at its beginning.
    @Test
    void whatSomebodyWentOnWithTodayIsLeftToHim() throws IOException {
        UploadJournals journals = new UploadJournals(folder.resolve("uploads"));
        journal("1").record(STATE);
        Path left = onlyFile();
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        Files.setLastModifiedTime(left, FileTime.from(yesterday.minus(Duration.ofDays(1))));
        assertThat(journals.leftSince(yesterday)).containsExactly(left);
        journals.open(PLACE, KEY, "1").close();
        assertThat(journals.leftSince(yesterday)).isEmpty();
        assertThat(journals.claim(left, yesterday)).isEmpty();
    }

    @Test
    void aPlaceThatIsDownIsAskedOnce() throws IOException {
        for (String each : List.of("1", "2", "3")) {
            journal(each).record(STATE);
        }
        List<UploadState> asked = new ArrayList<>();
        AbandonedUploads abandoned =
                abandoned(
                        new UploadJournals(folder.resolve("uploads")),
                        state -> {
                            asked.add(state);
                            throw new TransportException(
                                    TransportException.Kind.UNAVAILABLE, "away");
                        });
        Instant later = Instant.now().plus(Duration.ofDays(2));
        assertThatThrownBy(() -> sweep(abandoned, later)).hasMessageContaining("away");
        assertThat(asked).hasSize(1);
        assertThatThrownBy(() -> sweep(abandoned, later)).hasMessageContaining("away");
        assertThat(asked).hasSize(2);
    }

    @Test
    void aSweepEndsWhenTheDaemonStops() throws IOException {
        for (String each : List.of("1", "2", "3")) {
            journal(each).record(STATE);
        }
        CancellationSource stop = new CancellationSource();
        AbandonedUploads abandoned =
                abandoned(new UploadJournals(folder.resolve("uploads")), _ -> stop.request());
        assertThat(abandoned.sweep(Instant.now().plus(Duration.ofDays(2)), stop)).isEqualTo(1);
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
        assertThatThrownBy(() -> sweep(abandoned, later)).hasMessageContaining(damaged.toString());
        assertThat(takenBack).hasSize(2);
        assertThat(onlyFile()).isEqualTo(damaged);
    }
}
