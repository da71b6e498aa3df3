package dev.packhorse.transport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.HintedContent;
import dev.packhorse.transport.decorator.RetryPolicy;
import dev.packhorse.transport.parts.KeptJournal;
import dev.packhorse.transport.s3.FaultyS3.Reply;
import dev.packhorse.transport.server.S3Server;
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
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3FaultsTest {
    private static final String SECRET = "s3cret-MARKER-key";
    private static final ObjectKey KEY = new ObjectKey("day/demo.tar.gz");
    private static final int MIB = 1 << 20;
    private static final byte[] SMALL = random(1000, 1);

    /// Three parts.
    private static final byte[] LARGE = random(12 * MIB, 2);

    private final KeptJournal journal = new KeptJournal();
    private FaultyS3 server;
    private S3Place place;
    private Transport transport;

    @BeforeEach
    void open() throws IOException {
        server = new FaultyS3();
        place = placeAt(server.endpoint());
        transport = place.open(Duration.ofSeconds(20));
    }

    private static S3Place placeAt(String endpoint) {
        return S3Place.inExistingBucket(
                new S3Server(endpoint, "AK", SECRET), Map.of("folder", "f"));
    }

    @AfterEach
    void close() throws IOException {
        transport.close();
        server.close();
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

    private byte[] stored() {
        return server.objects().getOrDefault("f/" + KEY, new byte[0]);
    }

    /// Also that no failure tells the secret, wherever it is printed.
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
        assertThat(text.toString()).doesNotContain(SECRET);
        return failure[0];
    }

    @Test
    void anErrorInsideASuccessfulAnswerIsNotComplete() {
        server.instead("Complete", Reply.error(200, "InternalError"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, UploadJournal.none()));
        assertThat(server.objects()).isEmpty();
        assertThat(server.count("Abort")).isEqualTo(1);
        assertThat(server.openUploads()).isZero();
    }

    @Test
    void aLostAnswerToTheLastStepIsResolvedByLooking() throws IOException {
        server.loseAnswer("Complete");
        put(LARGE, journal);
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(server.count("Complete")).isEqualTo(1);
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void aLostAnswerToASmallPutIsResolvedByLooking() throws IOException {
        server.loseAnswer("Put");
        put(SMALL, UploadJournal.none());
        assertThat(stored()).isEqualTo(SMALL);
        assertThat(server.count("Put")).isEqualTo(1);
    }

    @Test
    void aPutThatDidNotArriveIsNotTakenForAnOlderObjectOfTheSameSize() throws IOException {
        put(random(1000, 7), UploadJournal.none());
        server.cut("Put");
        fails(Kind.UNAVAILABLE, () -> put(SMALL, UploadJournal.none()));
        assertThat(stored()).isEqualTo(random(1000, 7));
    }

    @Test
    void aCreateWhoseAnswerWasLostIsRecognizedByTheNextProcess() throws IOException {
        server.loseAnswer("Complete");
        server.instead("Head", Reply.error(404, ""));
        server.instead("Head", Reply.error(500, ""));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, PutMode.CREATE, journal));
        long received = server.receivedBytes();
        reopen();
        put(LARGE, PutMode.CREATE, journal);
        assertThat(server.receivedBytes()).isEqualTo(received);
        assertThat(server.count("Complete")).isEqualTo(1);
        assertThat(journal.recorded()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"403, QuotaExceeded", "400, XMinioAdminBucketQuotaExceeded"})
    void whatArrivedBeforeAQuotaWasUsedUpIsNotSentAgain(int status, String code)
            throws IOException {
        server.once("UploadPart", normal -> Optional.of(normal.answer()));
        server.instead("UploadPart", Reply.error(status, code));
        fails(Kind.FULL, () -> put(LARGE, journal));
        assertThat(server.openUploads()).isEqualTo(1);
        assertThat(journal.recorded()).isPresent();
        reopen();
        put(LARGE, journal);
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(server.count("Create")).isEqualTo(1);
    }

    private void reopen() throws IOException {
        transport.close();
        transport = place.open(Duration.ofSeconds(20));
    }

    @Test
    void whatArrivedIsNotSentAgain() throws IOException {
        server.once("UploadPart", normal -> Optional.of(normal.answer()));
        server.once("UploadPart", normal -> Optional.of(normal.answer()));
        for (int i = 0; i < RetryPolicy.PART.attempts(); i++) {
            server.cut("UploadPart");
        }
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        assertThat(server.openUploads()).isEqualTo(1);
        assertThat(server.objects()).isEmpty();
        int present = partsAtServer();
        long received = server.receivedBytes();
        reopen();
        put(LARGE, journal);
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(server.count("Create")).isEqualTo(1);
        assertThat(present).isPositive();
        assertThat(server.receivedBytes() - received).isLessThanOrEqualTo(LARGE.length - 2L * MIB);
        assertThat(server.openUploads()).isZero();
    }

    private int partsAtServer() {
        return server.count("UploadPart") - RetryPolicy.PART.attempts();
    }

    @Test
    void partsThatTheServerForgotOrHasWronglyAreSentAgain() throws IOException {
        server.instead("Complete", Reply.error(503, "ServiceUnavailable"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        long received = server.receivedBytes();
        // The first part is right, the second has another digest, the third is not told.
        String tag = FaultyS3.tag(java.util.Arrays.copyOf(LARGE, 5 * MIB));
        server.instead(
                "ListParts",
                Reply.of(
                        200,
                        "<ListPartsResult><IsTruncated>false</IsTruncated>"
                                + FaultyS3.part(1, 5 * MIB, tag)
                                + FaultyS3.part(2, 5 * MIB, tag)
                                + "</ListPartsResult>"));
        reopen();
        put(LARGE, journal);
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(server.receivedBytes() - received).isEqualTo(7L * MIB);
    }

    @Test
    void anotherContentStartsAnewAndTheOldUploadIsTakenBack() throws IOException {
        server.instead("Complete", Reply.error(500, "InternalError"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        byte[] changed = random(12 * MIB, 3);
        put(changed, journal);
        assertThat(stored()).isEqualTo(changed);
        assertThat(server.count("Create")).isEqualTo(2);
        assertThat(server.count("Abort")).isEqualTo(1);
        assertThat(server.openUploads()).isZero();
    }

    @Test
    void aSourceThatChangedBetweenTriesIsNoticed() {
        server.instead("Complete", Reply.error(500, "InternalError"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        byte[] changed = LARGE.clone();
        changed[3] ^= 1;
        Content lying = new BytesContent(changed, LARGE.length, BytesContent.digest(LARGE));
        fails(
                Kind.CORRUPT,
                () -> transport.put(KEY, lying, PutMode.REPLACE, journal, Cancellation.never()));
        assertThat(server.objects()).isEmpty();
        assertThat(server.openUploads()).isZero();
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void anUploadThatNobodyGoesOnWithIsTakenBack() throws IOException {
        server.instead("Complete", Reply.error(500, "InternalError"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        UploadState state = journal.recorded().orElseThrow();
        transport.abandon(new UploadState(new TreeMap<>(Map.of("protocol", "other"))));
        try (Transport elsewhere = place.with("folder", "g").open()) {
            fails(Kind.REFUSED, () -> elsewhere.abandon(state));
        }
        assertThat(server.openUploads()).isEqualTo(1);
        transport.abandon(state);
        assertThat(server.openUploads()).isZero();
        transport.abandon(state);
    }

    @Test
    void anUploadThatTheServerDroppedIsBegunAgain() throws IOException {
        server.instead("Complete", Reply.error(500, "InternalError"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        server.instead("ListParts", Reply.error(404, "NoSuchUpload"));
        put(LARGE, journal);
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(server.count("Create")).isEqualTo(2);
    }

    @Test
    void anUploadThatIsDroppedMeanwhileMayBeTriedAgain() {
        server.instead("UploadPart", Reply.error(404, "NoSuchUpload"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        assertThat(journal.recorded()).isEmpty();
    }

    /// The first bytes of the object that is replaced, and one more MiB.
    private static Content alikeAtFirst(byte[] bytes) {
        return new HintedContent(
                BytesContent.of(bytes), List.of(new AlikeRange(0, 6L * MIB, KEY, 0)));
    }

    private static byte[] changedAtLast() {
        byte[] changed = LARGE.clone();
        changed[11 * MIB] ^= 1;
        return changed;
    }

    /// A bucket of its own, since what is learned of it stays.
    private void openBucketOfEvenParts(String bucket) throws IOException {
        server.takeEvenPartsOnly();
        place = place.with("bucket", bucket);
        reopen();
    }

    @Test
    void aServerThatTakesPartsOfOneLengthOnlyGetsThemOnTheSecondDay() throws IOException {
        openBucketOfEvenParts("even");
        put(LARGE, journal);
        assertThat(transport.traits().copiesRanges()).isTrue();

        byte[] changed = changedAtLast();
        transport.put(KEY, alikeAtFirst(changed), PutMode.REPLACE, journal, Cancellation.never());
        assertThat(server.count("CopyPart")).isPositive();
        assertThat(stored()).isEqualTo(changed);
        assertThat(journal.recorded()).isEmpty();
        assertThat(server.openUploads()).isZero();
        assertThat(server.count("Create")).as("the first day, in vain, evenly").isEqualTo(3);

        reopen();
        assertThat(transport.traits().copiesRanges()).as("what was learned").isFalse();
        transport.put(KEY, alikeAtFirst(LARGE), PutMode.REPLACE, journal, Cancellation.never());
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(server.count("Create")).isEqualTo(4);
    }

    /// As one that a daemon has begun that did not know of it.
    @Test
    void partsOfSeveralLengthsOfAnEarlierTryAreGivenUp() throws IOException {
        put(LARGE, UploadJournal.none());
        byte[] changed = changedAtLast();
        server.instead("Complete", Reply.error(500, "InternalError"));
        fails(
                Kind.UNAVAILABLE,
                () ->
                        transport.put(
                                KEY,
                                alikeAtFirst(changed),
                                PutMode.REPLACE,
                                journal,
                                Cancellation.never()));
        server.instead("Complete", Reply.error(400, "InvalidPart"));
        put(changed, journal);
        assertThat(stored()).isEqualTo(changed);
        assertThat(server.openUploads()).isZero();
        assertThat(transport.traits().copiesRanges()).as("nothing was learned").isTrue();
    }

    @Test
    void partsThatTheServerLostAreNotSentOverAndOver() {
        server.instead("Complete", Reply.error(400, "InvalidPart"));
        fails(Kind.REFUSED, () -> put(LARGE, journal));
        assertThat(server.count("Create")).isEqualTo(1);
        assertThat(server.openUploads()).isZero();
    }

    /// Evenly they are refused as well, so their lengths were not the reason.
    @Test
    void aServerThatLosesPartsTwiceIsAskedToCopyAllTheSame() throws IOException {
        place = place.with("bucket", "loses-parts");
        reopen();
        put(LARGE, UploadJournal.none());
        server.instead("Complete", Reply.error(400, "InvalidPart"));
        server.instead("Complete", Reply.error(400, "InvalidPart"));
        fails(
                Kind.REFUSED,
                () ->
                        transport.put(
                                KEY,
                                alikeAtFirst(changedAtLast()),
                                PutMode.REPLACE,
                                journal,
                                Cancellation.never()));
        assertThat(server.count("Create")).as("the first day, copying, evenly").isEqualTo(3);
        assertThat(transport.traits().copiesRanges()).isTrue();
        assertThat(server.openUploads()).isZero();
    }

    /// They are longer from the first, so that this one is not even cut.
    @Test
    void aStreamToSuchAServerIsCutIntoPartsOfOneLength() throws IOException {
        transport.putStreamed(
                KEY, out -> out.write(LARGE), PutMode.REPLACE, journal, Cancellation.never());
        assertThat(server.count("Create")).isEqualTo(1);
        openBucketOfEvenParts("even-streams");
        long usual = transport.traits().maxStreamBytes().orElseThrow();
        EvenParts.learn(place.settings(Duration.ofSeconds(20)));
        assertThat(transport.traits().maxStreamBytes().orElseThrow())
                .isLessThan(usual)
                .isGreaterThan(100L << 30);
        transport.putStreamed(
                KEY, out -> out.write(LARGE), PutMode.REPLACE, journal, Cancellation.never());
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(server.count("Create")).isEqualTo(1);
        assertThat(server.count("Put")).isEqualTo(1);
    }

    @Test
    void aPartThatFailsIsSentAgainAlone() throws IOException {
        server.instead("UploadPart", Reply.error(500, "InternalError"));
        server.cut("UploadPart");
        server.instead("UploadPart", Reply.of(200, "").with("ETag", FaultyS3.tag(SMALL)));
        put(LARGE, journal);
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(server.count("UploadPart")).isEqualTo(3 + 3);
        assertThat(server.count("Create")).isEqualTo(1);
    }

    @Test
    void aPartThatArrivesDamagedIsNotPutTogether() {
        for (int i = 0; i < 3 * RetryPolicy.PART.attempts(); i++) {
            server.instead("UploadPart", Reply.of(200, "").with("ETag", FaultyS3.tag(SMALL)));
        }
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        assertThat(server.count("Complete")).isZero();
    }

    @Test
    void anObjectThatArrivesDamagedIsCorrupt() {
        server.once(
                "Put", normal -> Optional.of(normal.answer().with("ETag", FaultyS3.tag(LARGE))));
        fails(Kind.CORRUPT, () -> put(SMALL, UploadJournal.none()));
        assertThat(server.objects()).as("what does not stay").isEmpty();
    }

    @Test
    void partsPutTogetherWronglyAreCorrupt() {
        server.once(
                "Head",
                normal ->
                        Optional.of(normal.answer().with("ETag", "\"" + "0".repeat(32) + "-3\"")));
        fails(Kind.CORRUPT, () -> put(LARGE, UploadJournal.none()));
        assertThat(server.objects()).as("what does not stay").isEmpty();
    }

    @Test
    void anObjectOfAnotherSizeAfterSuccessIsCorrupt() {
        server.instead("Head", new Reply(200, Map.of(), new byte[999]));
        fails(Kind.CORRUPT, () -> put(SMALL, UploadJournal.none()));
        assertThat(server.objects()).as("what does not stay").isEmpty();
    }

    @Test
    void anotherWritersObjectIsNotTakenForOurs() {
        Reply others =
                new Reply(
                        200,
                        Map.of("x-amz-meta-packhorse-sha256", BytesContent.digest(LARGE)),
                        SMALL);
        server.instead("Head", others);
        fails(Kind.UNAVAILABLE, () -> put(SMALL, UploadJournal.none()));
        server.instead("Head", Reply.error(404, ""));
        server.instead("Head", others);
        fails(Kind.EXISTS, () -> put(SMALL, PutMode.CREATE, UploadJournal.none()));
    }

    @Test
    void anObjectThatIsNotShownAfterSuccessMayBeTriedAgain() {
        server.instead("Put", Reply.of(200, ""));
        fails(Kind.UNAVAILABLE, () -> put(SMALL, UploadJournal.none()));
    }

    @Test
    void theServerSaysHowLongToWait() {
        server.instead("Put", Reply.error(503, "SlowDown").with("Retry-After", "7"));
        TransportException failure = fails(Kind.THROTTLED, () -> put(SMALL, UploadJournal.none()));
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, DENIED",
        "403, InvalidAccessKeyId, DENIED",
        "403, SignatureDoesNotMatch, DENIED",
        "404, NoSuchBucket, REFUSED",
        "507, '', FULL",
        "403, QuotaExceeded, FULL",
        "400, XMinioAdminBucketQuotaExceeded, FULL",
        "400, RequestTimeout, TIMED_OUT",
        "400, BadDigest, UNAVAILABLE",
        "429, '', THROTTLED",
        "500, '', UNAVAILABLE",
        "400, InvalidArgument, REFUSED",
        "501, NotImplemented, REFUSED",
        "409, OperationAborted, UNAVAILABLE"
    })
    void answersHaveTheirKinds(int status, String code, Kind kind) {
        server.instead("Put", Reply.error(status, code));
        TransportException failure = fails(kind, () -> put(SMALL, UploadJournal.none()));
        assertThat(failure).hasMessageStartingWith("put " + KEY + ": ");
    }

    /// The JDK's server writes the date itself, so this one is told line by line.
    @Test
    void aWrongClockIsNamed() throws IOException {
        String date =
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        Instant.now().minusSeconds(3600).atZone(ZoneOffset.UTC));
        String body = "<Error><Code>RequestTimeTooSkewed</Code><Message>Late</Message></Error>";
        String answer =
                "HTTP/1.1 403 Forbidden\r\nDate: "
                        + date
                        + "\r\nContent-Length: "
                        + body.length()
                        + "\r\nConnection: close\r\n\r\n"
                        + body;
        try (ServerSocket raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Transport late =
                        placeAt("http://127.0.0.1:" + raw.getLocalPort())
                                .open(Duration.ofSeconds(20))) {
            Thread.ofVirtual().start(() -> answerOnce(raw, answer));
            TransportException failure =
                    fails(Kind.REFUSED, () -> late.list("", _ -> true, Cancellation.never()));
            assertThat(failure.getMessage()).matches(".*clock is off by 36[0-9]{2} s");
        }
    }

    private static void answerOnce(ServerSocket raw, String answer) {
        try (Socket socket = raw.accept()) {
            BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            while (!lines.readLine().isEmpty()) {}
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aLockedObjectIsDeniedWithTheServersReason() {
        server.instead(
                "Delete",
                Reply.of(
                        403,
                        "<Error><Code>AccessDenied</Code><Message>Access Denied because object"
                                + " protected by object lock.</Message></Error>"));
        assertThat(fails(Kind.DENIED, () -> transport.delete(KEY)))
                .hasMessageContaining("object lock");
    }

    @Test
    void redirectsAreNotFollowed() throws IOException {
        try (FaultyS3 other = new FaultyS3()) {
            server.instead(
                    "Put",
                    Reply.error(307, "TemporaryRedirect")
                            .with("Location", other.endpoint() + "/packhorse/f/" + KEY));
            fails(Kind.REFUSED, () -> put(SMALL, UploadJournal.none()));
            assertThat(other.count("Put")).isZero();
        }
    }

    @Test
    void aBucketOfAnotherRegionIsNamed() {
        server.instead(
                "Put",
                Reply.error(301, "PermanentRedirect").with("x-amz-bucket-region", "eu-central-1"));
        assertThat(fails(Kind.REFUSED, () -> put(SMALL, UploadJournal.none())))
                .hasMessageContaining("region eu-central-1");
    }

    @Test
    void aHungServerTimesOut() throws IOException {
        transport.close();
        transport = place.open(Duration.ofSeconds(1));
        server.hang("Get");
        fails(Kind.TIMED_OUT, () -> read(ByteRange.ALL));
    }

    @Test
    void aCancelledPutLeavesAHungServer() {
        CancellationSource cancellation = new CancellationSource();
        server.once("UploadPart", normal -> Optional.of(normal.answer()));
        server.hang("UploadPart");
        server.hang("UploadPart");
        Thread.ofVirtual()
                .start(() -> {
                    while (server.count("UploadPart") < 3) {
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
        assertThat(server.openUploads()).isZero();
    }

    @Test
    void aCancelledPutKeepsWhatItsJournalAccountsFor() throws IOException {
        CancellationSource cancellation = new CancellationSource();
        Content content = cancellingAfter(11 * MIB, cancellation);
        assertThatThrownBy(() -> transport.put(KEY, content, PutMode.CREATE, journal, cancellation))
                .isInstanceOf(CancelledException.class);
        assertThat(server.openUploads()).isEqualTo(1);
        assertThat(journal.writes()).isEqualTo(1);
        put(LARGE, PutMode.CREATE, journal);
        assertThat(stored()).isEqualTo(LARGE);
        assertThat(server.count("Create")).isEqualTo(1);
    }

    private static Content cancellingAfter(int bytes, CancellationSource cancellation) {
        Content whole = BytesContent.of(LARGE);
        return new Content() {
            @Override
            public long sizeBytes() {
                return whole.sizeBytes();
            }

            @Override
            public String sha256() {
                return whole.sha256();
            }

            @Override
            public InputStream open() throws IOException {
                return new FilterInputStream(whole.open()) {
                    private int given;

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        int count = super.read(target, offset, Math.min(length, 1 << 16));
                        given += count;
                        if (given > bytes) {
                            cancellation.request();
                        }
                        return count;
                    }
                };
            }
        };
    }

    @Test
    void anotherRangeThanAskedForIsCorrupt() {
        server.store("f/" + KEY, SMALL);
        server.instead(
                "Get", Reply.of(206, "x".repeat(10)).with("Content-Range", "bytes 0-9/1000"));
        fails(Kind.CORRUPT, () -> read(new ByteRange(100, 10)));
        server.instead("Get", new Reply(200, Map.of(), SMALL));
        fails(Kind.CORRUPT, () -> read(new ByteRange(100, 10)));
    }

    @Test
    void aReadThatIsCutShortFails() {
        server.store("f/" + KEY, SMALL);
        server.cut("Get");
        fails(Kind.UNAVAILABLE, () -> read(ByteRange.ALL));
    }

    @Test
    void foreignNamesInAListingArePassedOver() throws IOException {
        server.store("f/good", SMALL);
        server.store("f/../bad", SMALL);
        server.store("f//worse", SMALL);
        server.store("f/with space", SMALL);
        server.store("f/folder/", SMALL);
        server.store("fx/other", SMALL);
        assertThat(list()).containsExactly("good");
    }

    private List<String> list() throws IOException {
        List<String> keys = new ArrayList<>();
        transport.list("", object -> keys.add(object.key().value()), Cancellation.never());
        return keys;
    }

    @Test
    void aListingThatGoesInCirclesEnds() {
        String page =
                "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>again"
                        + "</NextContinuationToken><Contents><Key>f/a</Key><Size>1</Size></Contents>"
                        + "</ListBucketResult>";
        server.instead("List", Reply.of(200, page));
        server.instead("List", Reply.of(200, page));
        fails(Kind.UNAVAILABLE, this::list);
        server.instead("List", Reply.of(200, page.replaceAll("<Contents>.*</Contents>", "")));
        fails(Kind.UNAVAILABLE, this::list);
    }

    @Test
    void anEndlessAnswerIsNotReadToItsEnd() {
        server.instead("List", Reply.of(200, "<ListBucketResult>" + " ".repeat(17 * MIB)));
        assertThat(fails(Kind.UNAVAILABLE, this::list)).hasMessageContaining("longer than");
    }

    @Test
    void aListOfPartsThatNeverEndsIsGivenUp() {
        server.instead("Complete", Reply.error(500, "InternalError"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
        server.instead(
                "ListParts",
                Reply.of(
                        200, "<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>"));
        fails(Kind.UNAVAILABLE, () -> put(LARGE, journal));
    }

    @Test
    void nothingComesFromTheVendorsOwnSettings() throws IOException {
        System.setProperty("aws.endpointUrlS3", "http://127.0.0.1:9");
        System.setProperty("aws.endpointUrl", "http://127.0.0.1:9");
        System.setProperty("aws.accessKeyId", "foreign");
        System.setProperty("aws.retryMode", "standard");
        System.setProperty("http.proxyHost", "127.0.0.1");
        System.setProperty("http.proxyPort", "9");
        System.setProperty("http.nonProxyHosts", "");
        try {
            reopen();
            server.instead("Put", Reply.error(500, "InternalError"));
            fails(Kind.UNAVAILABLE, () -> put(SMALL, UploadJournal.none()));
            assertThat(server.count("Put")).isEqualTo(1);
        } finally {
            for (String name :
                    List.of(
                            "aws.endpointUrlS3",
                            "aws.endpointUrl",
                            "aws.accessKeyId",
                            "aws.retryMode",
                            "http.proxyHost",
                            "http.proxyPort",
                            "http.nonProxyHosts")) {
                System.clearProperty(name);
            }
        }
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() throws IOException {
        server.close();
        fails(Kind.UNAVAILABLE, () -> put(SMALL, UploadJournal.none()));
    }
}
