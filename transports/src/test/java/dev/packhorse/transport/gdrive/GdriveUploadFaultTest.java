package dev.packhorse.transport.gdrive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.Failures;
import dev.packhorse.transport.contract.MemoryJournal;
import dev.packhorse.transport.server.DriveFake;
import dev.packhorse.transport.server.DriveFakeTokens;
import dev.packhorse.transport.server.DriveFault;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Uploads to a drive that errs.
class GdriveUploadFaultTest {
    private static final ObjectKey KEY = new ObjectKey("daily/2026-11-28/demo.tar.gz");
    private static final int CHUNK = 16 << 20;
    private static final byte[] LARGE = random(2 * CHUNK + 1_000_001, 1);
    private static final byte[] SMALL = random(70_000, 2);
    private static final DriveFault NOTHING = new DriveFault.KeepLess(Integer.MAX_VALUE);
    private static final DriveFault FAILED = new DriveFault.Answer(503, "", Map.of());

    private final MemoryJournal journal = new MemoryJournal();
    private DriveFake drive;
    private DrivePlace place;
    private Transport transport;

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void open() throws IOException {
        drive = DriveFake.start();
        place = DrivePlace.at(drive.port());
        transport = place.open();
    }

    @AfterEach
    void close() throws IOException {
        transport.close();
        drive.close();
    }

    /// As after the death of the process.
    private void reopen() throws IOException {
        transport.close();
        transport = place.open();
    }

    private void put(byte[] bytes, UploadJournal with) throws IOException {
        transport.put(KEY, BytesContent.of(bytes), PutMode.REPLACE, with, Cancellation.never());
    }

    private void fails(Kind kind, byte[] bytes, UploadJournal with) {
        Failures.of(
                kind,
                () -> put(bytes, with),
                DriveFakeTokens.CLIENT_SECRET,
                DriveFakeTokens.REFRESH_TOKEN,
                "ya29.",
                "upload_id");
    }

    private byte[] stored() throws IOException {
        return transport.read(KEY, ByteRange.ALL, InputStream::readAllBytes, Cancellation.never());
    }

    private List<String> listed() throws IOException {
        List<String> keys = new ArrayList<>();
        transport.list("", object -> keys.add(object.key().value()), Cancellation.never());
        return keys;
    }

    @Test
    void anotherProcessSendsOnlyWhatTheServiceDoesNotHave() throws IOException {
        drive.plan("PUT /session/", NOTHING);
        drive.plan("PUT /session/", new DriveFault.HangUp());
        fails(Kind.UNAVAILABLE, LARGE, journal);
        assertThat(journal.recorded()).isPresent();
        assertThat(listed()).isEmpty();

        reopen();
        put(LARGE, journal);
        assertThat(drive.received()).isEqualTo(LARGE.length);
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void aServiceThatKeepsLessThanItWasSentGetsTheRest() throws IOException {
        drive.plan("PUT /session/", new DriveFault.KeepLess(1 << 20));
        put(LARGE, UploadJournal.none());
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(drive.received()).isEqualTo(LARGE.length + (long) CHUNK - (1 << 20));
    }

    @Test
    void aServiceThatKeepsNothingIsNotServedForEver() throws IOException {
        for (int i = 0; i < 20; i++) {
            drive.plan("PUT /session/", new DriveFault.KeepLess(0));
        }
        fails(Kind.UNAVAILABLE, SMALL, journal);
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void aFailureOfTheServiceInMidUploadKeepsWhatArrived() throws IOException {
        drive.plan("PUT /session/", NOTHING);
        drive.plan("PUT /session/", FAILED);
        fails(Kind.UNAVAILABLE, LARGE, journal);
        put(LARGE, journal);
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(drive.received()).isEqualTo(LARGE.length);
    }

    @Test
    void anAccessTokenThatEndsInMidUploadCostsNoByteThatArrived() throws IOException {
        drive.plan("PUT /session/", NOTHING);
        drive.plan("PUT /session/", DriveFault.refusal(401, "authError"));
        fails(Kind.UNAVAILABLE, LARGE, journal);
        put(LARGE, journal);
        assertThat(drive.received()).isEqualTo(LARGE.length);
        assertThat(drive.tokens().given()).isEqualTo(2);
    }

    /// The last chunk, the publication.
    @ParameterizedTest
    @ValueSource(strings = {"PUT /session/", "PATCH "})
    void aLostAnswerIsResolvedByLooking(String request) throws IOException {
        drive.plan(request, new DriveFault.LoseAnswer());
        put(SMALL, UploadJournal.none());
        assertThat(stored()).isEqualTo(SMALL);
        assertThat(drive.received()).isEqualTo(SMALL.length);
        assertThat(drive.stored()).hasSize(1);
    }

    /// Before the first byte, the last chunk, the look at it, the publication.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /drive/v3/files/generateIds",
                "POST /upload",
                "PUT /session/",
                "GET /drive/v3/files/1",
                "PATCH "
            })
    void withoutAJournalAFailureLeavesNothing(String request) throws IOException {
        drive.plan(request, FAILED);
        fails(Kind.UNAVAILABLE, SMALL, UploadJournal.none());
        assertThat(drive.stored()).isEmpty();
        put(SMALL, UploadJournal.none());
        assertThat(stored()).isEqualTo(SMALL);
    }

    @Test
    void aSessionThatIsGoneIsBegunAnew() throws IOException {
        drive.plan("PUT /session/", NOTHING);
        drive.plan("PUT /session/", new DriveFault.HangUp());
        fails(Kind.UNAVAILABLE, LARGE, journal);
        drive.forgetSessions();
        put(LARGE, journal);
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(drive.received()).isEqualTo(LARGE.length + (long) CHUNK);
    }

    @Test
    void aSessionThatGoesAwayUnderTheUploadIsForgotten() throws IOException {
        drive.plan("PUT /session/", DriveFault.refusal(410, "gone"));
        fails(Kind.UNAVAILABLE, SMALL, journal);
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void damagedContentIsNeverAnObject() throws IOException {
        put(LARGE, UploadJournal.none());
        drive.plan("PUT /session/", new DriveFault.Damage());
        fails(Kind.UNAVAILABLE, SMALL, journal);
        assertThat(journal.recorded()).isEmpty();
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(drive.stored()).hasSize(1);
    }

    @Test
    void anotherContentStartsAnewAndTheOldUploadIsTakenBack() throws IOException {
        drive.plan("PATCH ", FAILED);
        fails(Kind.UNAVAILABLE, LARGE, journal);
        assertThat(drive.stored()).hasSize(1);
        put(SMALL, journal);
        assertThat(stored()).isEqualTo(SMALL);
        assertThat(drive.stored()).hasSize(1);
    }

    @Test
    void aCompleteFileIsOnlyReadAgainAndPublished() throws IOException {
        drive.plan("PATCH ", FAILED);
        fails(Kind.UNAVAILABLE, SMALL, journal);
        reopen();
        put(SMALL, journal);
        assertThat(stored()).isEqualTo(SMALL);
        assertThat(drive.received()).isEqualTo(SMALL.length);
    }

    @Test
    void aSourceThatChangedIsNoticedAlthoughNothingIsSent() throws IOException {
        drive.plan("PATCH ", FAILED);
        fails(Kind.UNAVAILABLE, SMALL, journal);
        byte[] other = random(SMALL.length, 3);
        Content lying = new BytesContent(other, other.length, BytesContent.digest(SMALL));
        Failures.of(
                Kind.CORRUPT,
                () -> transport.put(KEY, lying, PutMode.REPLACE, journal, Cancellation.never()));
        assertThat(drive.stored()).isEmpty();
        assertThat(journal.recorded()).isEmpty();
    }

    /// The new object counts from its publication; the next try removes what it replaced.
    @Test
    void anOldObjectThatCannotBeRemovedDoesNotComeBack() throws IOException {
        put(LARGE, UploadJournal.none());
        drive.plan("DELETE /drive", FAILED);
        fails(Kind.UNAVAILABLE, SMALL, journal);
        assertThat(stored()).isEqualTo(SMALL);
        assertThat(listed()).containsExactly(KEY.value());
        assertThat(drive.stored()).hasSize(2);

        put(SMALL, journal);
        assertThat(drive.stored()).hasSize(1);
        assertThat(stored()).isEqualTo(SMALL);
    }

    @Test
    void aKeyThatIsTakenDuringTheUploadIsKept() throws IOException {
        Content content = BytesContent.of(LARGE);
        Content overtaken =
                new Content() {
                    @Override
                    public long sizeBytes() {
                        return content.sizeBytes();
                    }

                    @Override
                    public String sha256() {
                        return content.sha256();
                    }

                    @Override
                    public InputStream open() throws IOException {
                        put(SMALL, UploadJournal.none());
                        return content.open();
                    }
                };
        Failures.of(
                Kind.EXISTS,
                () -> transport.put(KEY, overtaken, PutMode.CREATE, journal, Cancellation.never()));
        assertThat(stored()).isEqualTo(SMALL);
        assertThat(drive.stored()).hasSize(1);
    }

    @Test
    void nothingIsSentToAnotherHost() throws IOException {
        drive.sendAwayTo("https://www.googleapis.com.example/upload?upload_id=x");
        fails(Kind.REFUSED, SMALL, journal);
        assertThat(drive.received()).isZero();
        assertThat(drive.stored()).isEmpty();
    }

    @Test
    void aSilentServiceLetsGoOfWhoeverCancels() throws Exception {
        CancellationSource cancellation = new CancellationSource();
        drive.plan("PUT /session/", new DriveFault.Silence());
        Thread canceller =
                Thread.ofVirtual()
                        .start(() -> {
                            while (drive.requests().stream()
                                    .noneMatch(request -> request.startsWith("PUT /session/"))) {
                                Thread.onSpinWait();
                            }
                            cancellation.request();
                        });
        assertThatThrownBy(() ->
                        transport.put(
                                KEY,
                                BytesContent.of(SMALL),
                                PutMode.REPLACE,
                                UploadJournal.none(),
                                cancellation))
                .isInstanceOf(CancelledException.class);
        canceller.join();
        assertThat(drive.stored()).isEmpty();
    }

    @Test
    void aSilentServiceTimesOut() throws IOException {
        try (Transport hasty = place.open(Duration.ofMillis(500))) {
            drive.plan("GET /drive/v3/files", new DriveFault.Silence());
            Failures.of(Kind.TIMED_OUT, () -> hasty.stat(KEY));
        }
    }

    @Test
    void anAbandonedUploadIsTakenBackAndAFinishedOneStays() throws IOException {
        drive.plan("PATCH ", FAILED);
        fails(Kind.UNAVAILABLE, SMALL, journal);
        UploadState state = journal.recorded().orElseThrow();
        transport.abandon(state);
        transport.abandon(state);
        assertThat(drive.stored()).isEmpty();

        drive.plan("PATCH ", FAILED);
        fails(Kind.UNAVAILABLE, SMALL, journal);
        UploadState finished = journal.recorded().orElseThrow();
        put(SMALL, journal);
        transport.abandon(finished);
        assertThat(stored()).isEqualTo(SMALL);
    }

    /// It counts against the quota as long as it lies there.
    @Test
    void whatCannotBeTakenBackNowIsTakenBackLater() throws IOException {
        drive.plan("PATCH ", DriveFault.refusal(403, "insufficientFilePermissions"));
        drive.plan("DELETE /session/", FAILED);
        fails(Kind.DENIED, SMALL, journal);
        assertThat(drive.stored()).hasSize(1);

        transport.abandon(journal.recorded().orElseThrow());
        assertThat(drive.stored()).isEmpty();
    }

    @Test
    void anUploadOfAnotherDestinationOrDriverIsLeftAlone() throws IOException {
        drive.plan("PATCH ", FAILED);
        fails(Kind.UNAVAILABLE, SMALL, journal);
        UploadState state = journal.recorded().orElseThrow();
        assertThat(state.toString()).doesNotContain("upload_id");
        try (Transport other = DrivePlace.at(drive.port()).open()) {
            Failures.of(Kind.REFUSED, () -> other.abandon(state));
        }
        transport.abandon(new UploadState(new TreeMap<>(Map.of("upload", "x"))));
        assertThat(drive.stored()).hasSize(1);
    }

    /// A file that is made in a folder in the bin is in the bin.
    @Test
    void foldersInTheBinAreMadeAnew() throws IOException {
        put(SMALL, UploadJournal.none());
        drive.trashFolders();
        assertThat(transport.stat(KEY)).isEmpty();
        fails(Kind.UNAVAILABLE, SMALL, UploadJournal.none());
        put(SMALL, UploadJournal.none());
        assertThat(stored()).isEqualTo(SMALL);
    }
}
