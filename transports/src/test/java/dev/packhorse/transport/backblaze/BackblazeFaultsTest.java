package dev.packhorse.transport.backblaze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.backblaze.FaultyB2.Reply;
import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.HintedContent;
import dev.packhorse.transport.decorator.RetryPolicy;
import dev.packhorse.transport.parts.KeptJournal;
import dev.packhorse.transport.server.B2Simulator;
import dev.packhorse.transport.spi.AlikeRange;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackblazeFaultsTest {
    private static final ObjectKey KEY = new ObjectKey("day/demo.tar.gz");
    private static final String NAME = "f/" + KEY;
    private static final int MIB = 1 << 20;
    private static final byte[] SMALL = random(1000, 1);

    /// Three parts.
    private static final byte[] LARGE = random(12 * MIB, 2);

    private final KeptJournal journal = new KeptJournal();
    private FaultyB2 service;
    private B2Place place;
    private Transport transport;

    @BeforeEach
    void open() throws IOException {
        service = new FaultyB2();
        place =
                B2Place.at(new B2Simulator(service.endpoint(), "key-id", FaultyB2.KEY, "bucket"))
                        .with("path", "f");
        transport = place.open(Duration.ofSeconds(20));
    }

    @AfterEach
    void close() throws IOException {
        transport.close();
        service.close();
    }

    private void reopen() throws IOException {
        transport.close();
        transport = place.open(Duration.ofSeconds(20));
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void put(byte[] bytes, UploadJournal kept) throws IOException {
        put(bytes, PutMode.REPLACE, kept);
    }

    private void put(byte[] bytes, PutMode mode, UploadJournal kept) throws IOException {
        transport.put(KEY, BytesContent.of(bytes), mode, kept, Cancellation.never());
    }

    private byte[] read(ByteRange range) throws IOException {
        return transport.read(KEY, range, InputStream::readAllBytes, Cancellation.never());
    }

    private List<String> list() throws IOException {
        List<String> keys = new ArrayList<>();
        transport.list("", object -> keys.add(object.key().value()), Cancellation.never());
        return keys;
    }

    /// Also that no failure tells a secret, wherever it is printed.
    private static TransportException fails(Kind kind, ThrowingCallable call) {
        TransportException[] failure = new TransportException[1];
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TransportException.class,
                        thrown -> {
                            assertThat(thrown.kind()).as(thrown.getMessage()).isEqualTo(kind);
                            failure[0] = thrown;
                        });
        StringWriter text = new StringWriter();
        failure[0].printStackTrace(new PrintWriter(text));
        assertThat(text.toString()).doesNotContain("MARKER");
        return failure[0];
    }

    @Test
    void aLostAnswerToTheLastStepIsResolvedByTheFilesId() throws IOException {
        service.loseAnswer("b2_finish_large_file");
        put(LARGE, journal);
        assertThat(service.content(NAME)).isEqualTo(LARGE);
        assertThat(service.count("b2_finish_large_file")).isEqualTo(1);
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void aCreateWhoseAnswerWasLostIsRecognizedByTheNextProcess() throws IOException {
        service.loseAnswer("b2_finish_large_file");
        service.instead("b2_get_file_info", Reply.error(500, "internal_error"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, PutMode.CREATE, journal));
        long received = service.receivedBytes();
        reopen();
        put(LARGE, PutMode.CREATE, journal);
        assertThat(service.receivedBytes()).isEqualTo(received);
        assertThat(service.versions("upload")).isEqualTo(1);
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void aLostAnswerToASmallPutIsResolvedByLooking() throws IOException {
        service.loseAnswer("upload");
        put(SMALL, UploadJournal.none());
        assertThat(service.versions("upload")).isEqualTo(1);
    }

    @Test
    void aPutThatDidNotArriveIsNotTakenForAnOlderObjectOfTheSameSize() throws IOException {
        put(random(1000, 7), UploadJournal.none());
        service.cut("upload");
        fails(Kind.UNAVAILABLE, () -> put(SMALL, UploadJournal.none()));
    }

    @Test
    void whatArrivedIsNotSentAgain() throws IOException {
        service.instead("b2_finish_large_file", Reply.error(500, "internal_error"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        assertThat(service.versions("start")).isEqualTo(1);
        long received = service.receivedBytes();
        // The first part is right, the second has another digest, the third is not told.
        byte[] first = Arrays.copyOf(LARGE, 5 * MIB);
        service.instead(
                "b2_list_parts",
                Reply.json(
                        200,
                        Map.of(
                                "parts",
                                List.of(
                                        FaultyB2.partFacts(1, first),
                                        FaultyB2.partFacts(2, first)))));
        reopen();
        put(LARGE, journal);
        assertThat(service.content(NAME)).isEqualTo(LARGE);
        assertThat(service.receivedBytes() - received).isEqualTo(7L * MIB);
        assertThat(service.count("b2_start_large_file")).isEqualTo(1);
        assertThat(service.versions("start")).isZero();
    }

    @Test
    void anotherContentStartsAnewAndTheOldUploadIsTakenBack() throws IOException {
        service.instead("b2_finish_large_file", Reply.error(500, "internal_error"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        byte[] changed = random(12 * MIB, 3);
        put(changed, journal);
        assertThat(service.content(NAME)).isEqualTo(changed);
        assertThat(service.versions("start")).isZero();
    }

    @Test
    void aSourceThatChangedBetweenTriesIsNoticed() {
        service.instead("b2_finish_large_file", Reply.error(500, "internal_error"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        byte[] changed = LARGE.clone();
        changed[3] ^= 1;
        Content lying = new BytesContent(changed, LARGE.length, BytesContent.digest(LARGE));
        fails(
                Kind.CORRUPT,
                () -> transport.put(KEY, lying, PutMode.REPLACE, journal, Cancellation.never()));
        assertThat(service.versions("upload") + service.versions("start")).isZero();
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void anUploadThatNobodyGoesOnWithIsTakenBackButNoFinishedFile() throws IOException {
        service.instead("b2_finish_large_file", Reply.error(500, "internal_error"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        UploadState state = journal.recorded().orElseThrow();
        put(LARGE, journal);
        transport.abandon(state);
        assertThat(service.content(NAME)).isEqualTo(LARGE);
        service.instead("b2_finish_large_file", Reply.error(500, "internal_error"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        transport.abandon(journal.recorded().orElseThrow());
        assertThat(service.versions("start")).isZero();
    }

    /// What is known to be there already decides how a content is cut, and may be lost between two
    /// tries, as an index that cannot be read.
    @Test
    void anUploadWithMorePartsThanThisTryHasIsBegunAgain() throws IOException {
        place = place.with("part_size", "8MiB");
        reopen();
        put(random(12 * MIB, 3), UploadJournal.none());
        Content hinted =
                new HintedContent(
                        BytesContent.of(LARGE),
                        List.of(new AlikeRange(5L * MIB, 5L * MIB, KEY, 5L * MIB)));
        service.instead("b2_finish_large_file", Reply.error(500, "internal_error"));
        fails(
                Kind.UNAVAILABLE,
                () -> transport.put(KEY, hinted, PutMode.REPLACE, journal, Cancellation.never()));
        long received = service.receivedBytes();
        reopen();
        put(LARGE, journal);
        assertThat(service.content(NAME)).isEqualTo(LARGE);
        assertThat(service.receivedBytes() - received).isEqualTo(LARGE.length);
        assertThat(service.versions("start")).isZero();
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void anUploadThatTheServiceDroppedIsBegunAgain() throws IOException {
        service.instead("b2_finish_large_file", Reply.error(500, "internal_error"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        service.instead("b2_list_parts", Reply.error(404, "file_not_present"));
        put(LARGE, journal);
        assertThat(service.count("b2_start_large_file")).isEqualTo(2);
        assertThat(service.content(NAME)).isEqualTo(LARGE);
    }

    @Test
    void anUploadThatIsDroppedMeanwhileMayBeTriedAgain() {
        service.instead("part", Reply.error(404, "file_not_present"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void withoutAJournalAFailedUploadIsTakenBack() {
        service.instead("part", Reply.error(429, "too_many_requests").with("Retry-After", "90"));
        TransportException failure = fails(Kind.THROTTLED, () -> put(LARGE, UploadJournal.none()));
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(90));
        assertThat(service.versions("start")).isZero();
    }

    @Test
    void aFailedAddressIsThrownAwayAndANewOneTried() throws IOException {
        service.instead("upload", Reply.error(503, "service_unavailable"));
        put(SMALL, UploadJournal.none());
        assertThat(service.count("b2_get_upload_url")).isEqualTo(2);
        service.instead("upload", Reply.error(401, "expired_auth_token"));
        put(SMALL, UploadJournal.none());
        assertThat(service.count("b2_get_upload_url")).isEqualTo(3);
        put(SMALL, UploadJournal.none());
        assertThat(service.count("b2_get_upload_url")).isEqualTo(3);
    }

    @Test
    void aPartThatFailsIsSentAgainAlone() throws IOException {
        service.instead("part", Reply.error(429, "too_many_requests"));
        service.cut("part");
        service.instead("part", Reply.json(200, FaultyB2.partFacts(1, SMALL)));
        put(LARGE, journal);
        assertThat(service.content(NAME)).isEqualTo(LARGE);
        assertThat(service.count("b2_start_large_file")).isEqualTo(1);
    }

    @Test
    void whatArrivesDamagedIsNotTaken() {
        for (int i = 0; i < 3 * RetryPolicy.PART.attempts(); i++) {
            service.instead("part", Reply.json(200, FaultyB2.partFacts(1, SMALL)));
        }
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        assertThat(service.count("b2_finish_large_file")).isZero();
        service.instead(
                "upload",
                Reply.json(
                        200, Map.of("contentLength", 1000, "contentSha1", FaultyB2.sha1(LARGE))));
        fails(Kind.CORRUPT, () -> put(SMALL, UploadJournal.none()));
    }

    @Test
    void aLoginThatExpiredIsMadeAnewOnce() throws IOException {
        assertThat(list()).isEmpty();
        service.instead("b2_list_file_names", Reply.error(401, "expired_auth_token"));
        assertThat(list()).isEmpty();
        assertThat(service.count("b2_authorize_account")).isEqualTo(2);
        service.instead("b2_list_file_names", Reply.error(401, "expired_auth_token"));
        service.instead("b2_list_file_names", Reply.error(401, "expired_auth_token"));
        fails(Kind.DENIED, this::list);
    }

    @ParameterizedTest
    @CsvSource({
        "401, unauthorized, DENIED",
        "403, access_denied, DENIED",
        "403, cap_exceeded, FULL",
        "403, storage_cap_exceeded, FULL",
        "400, bad_bucket_id, REFUSED",
        "408, request_timeout, TIMED_OUT",
        "429, too_many_requests, THROTTLED",
        "500, internal_error, UNAVAILABLE",
        "503, bad, UNAVAILABLE",
        "302, moved, REFUSED"
    })
    void answersHaveTheirKinds(int status, String code, Kind kind) {
        service.instead("b2_list_file_names", Reply.error(status, code));
        assertThat(fails(kind, this::list)).hasMessageStartingWith("list: ");
    }

    @Test
    void anAnswerInAnotherTongueStillHasItsKind() {
        service.instead(
                "b2_list_file_names",
                new Reply(502, Map.of("Content-Type", "text/html"), FaultyB2.utf8("<html>")));
        fails(Kind.UNAVAILABLE, this::list);
        service.instead(
                "b2_list_file_names",
                new Reply(200, Map.of("Content-Type", "text/html"), FaultyB2.utf8("<html>")));
        fails(Kind.UNAVAILABLE, this::list);
    }

    @Test
    void deleteRemovesAllVersionsOfExactlyThisName() throws IOException {
        put(SMALL, UploadJournal.none());
        put(SMALL, UploadJournal.none());
        service.add(NAME, "hide", new byte[0]);
        service.add(NAME, "start", new byte[0]);
        service.add(NAME + "x", "upload", SMALL);
        transport.delete(KEY);
        assertThat(service.versions("upload")).isEqualTo(1);
        assertThat(service.versions("hide")).isZero();
        assertThat(service.versions("start")).isEqualTo(1);
    }

    @Test
    void aVersionThatIsGoneMeanwhileCountsAsDeleted() throws IOException {
        put(SMALL, UploadJournal.none());
        service.once(
                "b2_delete_file_version",
                normal -> {
                    normal.answer();
                    return Optional.of(Reply.error(400, "file_not_present"));
                });
        transport.delete(KEY);
        assertThat(transport.stat(KEY)).isEmpty();
    }

    @Test
    void aHiddenFileIsMissing() throws IOException {
        put(SMALL, UploadJournal.none());
        service.add(NAME, "hide", new byte[0]);
        assertThat(transport.stat(KEY)).isEmpty();
        fails(Kind.MISSING, () -> read(ByteRange.ALL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://169.254.169.254", "https://evil.example", "https://u@127.0.0.1"})
    void noTokenIsSentToAForeignAddress(String foreign) {
        service.instead(
                "b2_authorize_account",
                Reply.json(
                        200,
                        Map.of(
                                "authorizationToken",
                                FaultyB2.TOKEN,
                                "apiInfo",
                                Map.of(
                                        "storageApi",
                                        Map.of("apiUrl", foreign, "downloadUrl", foreign)))));
        fails(Kind.REFUSED, this::list);
        service.instead(
                "b2_get_upload_url",
                Reply.json(
                        200, Map.of("uploadUrl", foreign, "authorizationToken", FaultyB2.TOKEN)));
        fails(Kind.REFUSED, () -> put(SMALL, UploadJournal.none()));
    }

    @Test
    void redirectsAreNotFollowed() throws IOException {
        try (FaultyB2 other = new FaultyB2()) {
            service.instead(
                    "b2_list_file_names",
                    Reply.error(307, "moved")
                            .with("Location", other.endpoint() + "/b2_list_file_names"));
            fails(Kind.REFUSED, this::list);
            assertThat(other.count("b2_list_file_names")).isZero();
        }
    }

    @Test
    void aHungServiceTimesOut() throws IOException {
        transport.close();
        transport = place.open(Duration.ofSeconds(1));
        put(SMALL, UploadJournal.none());
        service.hang("download");
        fails(Kind.TIMED_OUT, () -> read(ByteRange.ALL));
    }

    @Test
    void aCancelledPutLeavesAHungService() {
        CancellationSource cancellation = new CancellationSource();
        service.hang("part");
        service.hang("part");
        Thread.ofVirtual()
                .start(() -> {
                    while (service.count("part") < 3) {
                        Thread.onSpinWait();
                    }
                    cancellation.request();
                });
        long begin = System.nanoTime();
        assertThatThrownBy(() ->
                        transport.put(
                                KEY,
                                BytesContent.of(LARGE),
                                PutMode.CREATE,
                                UploadJournal.none(),
                                cancellation))
                .isInstanceOf(CancelledException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        assertThat(service.versions("start") + service.versions("upload")).isZero();
    }

    @Test
    void somethingElseThanAskedForIsCorrupt() throws IOException {
        put(SMALL, UploadJournal.none());
        service.instead("download", new Reply(200, Map.of(), new byte[999]));
        fails(Kind.CORRUPT, () -> read(ByteRange.ALL));
        service.instead("download", new Reply(200, Map.of(), SMALL));
        fails(Kind.CORRUPT, () -> read(new ByteRange(100, 10)));
        service.instead(
                "download",
                new Reply(206, Map.of("Content-Range", "bytes 0-9/1000"), new byte[10]));
        fails(Kind.CORRUPT, () -> read(new ByteRange(100, 10)));
    }

    @Test
    void aReadThatIsCutShortFails() throws IOException {
        put(SMALL, UploadJournal.none());
        service.cut("download");
        service.cut("download");
        service.cut("download");
        service.cut("download");
        fails(Kind.UNAVAILABLE, () -> read(ByteRange.ALL));
    }

    @Test
    void foreignNamesInAListingArePassedOver() throws IOException {
        for (String name : List.of("f/good", "f/../bad", "f//worse", "f/with space", "fx/other")) {
            service.add(name, "upload", SMALL);
        }
        assertThat(list()).containsExactly("good");
    }

    @Test
    void listsThatGoInCirclesEnd() {
        Reply page =
                Reply.json(
                        200,
                        Map.of(
                                "files",
                                List.of(
                                        Map.of(
                                                "fileName", "f/a",
                                                "action", "upload",
                                                "contentLength", 1)),
                                "nextFileName",
                                "f/b"));
        service.instead("b2_list_file_names", page);
        service.instead("b2_list_file_names", page);
        fails(Kind.UNAVAILABLE, this::list);
        Reply versions =
                Reply.json(
                        200, Map.of("files", List.of(), "nextFileName", NAME, "nextFileId", "1"));
        service.instead("b2_list_file_versions", versions);
        service.instead("b2_list_file_versions", versions);
        fails(Kind.UNAVAILABLE, () -> transport.delete(KEY));
    }

    @Test
    void anEndlessAnswerIsNotReadToItsEnd() {
        service.instead(
                "b2_list_file_names",
                new Reply(
                        200,
                        Map.of("Content-Type", "application/json"),
                        FaultyB2.utf8(" ".repeat(17 * MIB))));
        assertThat(fails(Kind.UNAVAILABLE, this::list)).hasMessageContaining("longer than");
    }

    @Test
    void aServiceThatIsNotThereIsUnavailable() {
        service.close();
        fails(Kind.UNAVAILABLE, this::list);
    }
}
