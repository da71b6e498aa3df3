package dev.packhorse.transport.gdrive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.Failures;
import dev.packhorse.transport.server.DriveFake;
import dev.packhorse.transport.server.DriveFakeTokens;
import dev.packhorse.transport.server.DriveFault;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// Logins, refusals, copies and strangers.
class GdriveFaultTest {
    private static final ObjectKey KEY = new ObjectKey("daily/2026-11-28/demo.tar.gz");
    private static final byte[] BYTES = "some bytes of a backup".getBytes(StandardCharsets.UTF_8);
    private static final String[] SECRETS = {
        DriveFakeTokens.CLIENT_SECRET, DriveFakeTokens.REFRESH_TOKEN, "ya29."
    };

    @TempDir Path folder;
    private DriveFake drive;
    private DrivePlace place;
    private Transport transport;

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

    private void put(String key, byte[] bytes) throws IOException {
        transport.put(
                new ObjectKey(key), BytesContent.of(bytes), PutMode.REPLACE, Cancellation.never());
    }

    private byte[] read(ByteRange range) throws IOException {
        return transport.read(KEY, range, InputStream::readAllBytes, Cancellation.never());
    }

    private List<String> listed() throws IOException {
        List<String> keys = new ArrayList<>();
        transport.list("", object -> keys.add(object.key().value()), Cancellation.never());
        return keys;
    }

    @ParameterizedTest
    @CsvSource({
        "403, rateLimitExceeded, THROTTLED",
        "403, userRateLimitExceeded, THROTTLED",
        "429, rateLimitExceeded, THROTTLED",
        "403, storageQuotaExceeded, FULL",
        "403, numChildrenInNonRootLimitExceeded, FULL",
        "403, insufficientPermissions, DENIED",
        "403, appNotAuthorizedToFile, DENIED",
        "403, , DENIED",
        "400, badRequest, REFUSED",
        "500, backendError, UNAVAILABLE",
        "503, backendError, UNAVAILABLE"
    })
    void aRefusalIsOfTheKindThatItsReasonSays(int status, String reason, Kind kind) {
        drive.plan("POST /upload", DriveFault.refusal(status, reason == null ? "" : reason));
        TransportException failure = Failures.of(kind, () -> put(KEY.value(), BYTES), SECRETS);
        assertThat(failure).hasMessageStartingWith("put " + KEY + ": ");
        if (reason != null) {
            assertThat(failure).hasMessageContaining(reason);
        }
        assertThat(drive.stored()).isEmpty();
    }

    @Test
    void whenToComeBackIsPassedOn() {
        drive.plan(
                "GET /drive/v3/files",
                new DriveFault.Answer(429, "slow down", Map.of("Retry-After", "7")));
        assertThat(Failures.of(Kind.THROTTLED, () -> transport.stat(KEY)).retryAfter())
                .contains(Duration.ofSeconds(7));
    }

    @Test
    void anAnswerOfSomethingInBetweenMayPass() {
        drive.plan(
                "GET /drive/v3/files",
                new DriveFault.Answer(200, "<html>log in to the hotel", Map.of()));
        Failures.of(Kind.UNAVAILABLE, () -> transport.stat(KEY));
    }

    @Test
    void anEndedTokenIsReplacedOnce() throws IOException {
        put(KEY.value(), BYTES);
        drive.tokens().expire();
        assertThat(read(ByteRange.ALL)).isEqualTo(BYTES);
        assertThat(drive.tokens().given()).isEqualTo(2);

        drive.plan("GET /drive/v3/files", DriveFault.refusal(401, "authError"));
        drive.plan("GET /drive/v3/files", DriveFault.refusal(401, "authError"));
        Failures.of(Kind.DENIED, () -> transport.stat(KEY), SECRETS);
    }

    @Test
    void aTokenIsKeptWhileItLivesAndNoLonger() throws IOException {
        transport.stat(KEY);
        transport.stat(KEY);
        assertThat(drive.tokens().given()).isEqualTo(1);
        drive.tokens().expire();
        drive.tokens().live(30);
        transport.stat(KEY);
        transport.stat(KEY);
        assertThat(drive.tokens().given()).isGreaterThan(2);
    }

    @Test
    void aConsentThatWasTakenBackMustBeGivenAgain() throws IOException {
        put(KEY.value(), BYTES);
        drive.tokens().revoke();
        TransportException failure = Failures.of(Kind.DENIED, () -> read(ByteRange.ALL), SECRETS);
        assertThat(failure).hasMessageContaining("authorise it again");
    }

    @Test
    void aWrongClientSecretIsDenied() throws IOException {
        try (Transport wrong = place.withSecret("client_secret", "guessed-secret").open()) {
            Failures.of(Kind.DENIED, () -> wrong.stat(KEY), "guessed-secret");
        }
    }

    @Test
    void aTokenEndpointThatFailsMayPass() throws IOException {
        drive.plan("POST /token", new DriveFault.Answer(503, "", Map.of()));
        Failures.of(Kind.UNAVAILABLE, () -> transport.stat(KEY));
        assertThat(transport.stat(KEY)).isEmpty();
    }

    private Path keyFile(KeyPair pair, String mode) throws IOException {
        String key = Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
        Path file = folder.resolve("account.json");
        Files.write(
                file,
                new JsonMapper()
                        .writeValueAsBytes(
                                Map.of(
                                        "type",
                                        "service_account",
                                        "client_email",
                                        DriveFakeTokens.EMAIL,
                                        "private_key_id",
                                        "k1",
                                        "private_key",
                                        "-----BEGIN PRIVATE KEY-----\n"
                                                + key
                                                + "\n-----END PRIVATE KEY-----\n")));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    private DrivePlace withAccount(Path file) {
        DrivePlace changed = place.with("service_account", file.toString());
        changed.secrets().clear();
        return changed;
    }

    @Test
    void aServiceAccountSignsForItself() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        drive.tokens().trust(pair.getPublic());
        try (Transport account = withAccount(keyFile(pair, "rw-------")).open()) {
            account.put(KEY, BytesContent.of(BYTES), PutMode.CREATE, Cancellation.never());
            assertThat(account.stat(KEY)).isPresent();
        }
        drive.tokens().trust(generator.generateKeyPair().getPublic());
        try (Transport account = withAccount(folder.resolve("account.json")).open()) {
            Failures.of(Kind.DENIED, () -> account.stat(KEY), "PRIVATE KEY");
        }
    }

    @Test
    void aKeyFileThatOthersCanReadIsRefused() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        DrivePlace open = withAccount(keyFile(pair, "rw-r--r--"));
        assertThat(Failures.of(Kind.REFUSED, open::open)).hasMessageContaining("service_account");
        Path link = Files.createSymbolicLink(folder.resolve("link"), keyFile(pair, "rw-------"));
        Failures.of(Kind.REFUSED, withAccount(link)::open);
    }

    @Test
    void ofTwoFilesOfAKeyTheOneWithTheRightContentIsTheObject() throws IOException {
        put(KEY.value(), BYTES);
        drive.copyObjects("another content".getBytes(StandardCharsets.UTF_8));
        assertThat(drive.stored()).hasSize(2);
        assertThat(read(ByteRange.ALL)).isEqualTo(BYTES);
        assertThat(listed()).containsExactly(KEY.value());
    }

    @Test
    void twinsAreListedOnceAndDeletedTogether() throws IOException {
        put(KEY.value(), BYTES);
        put("daily/other", BYTES);
        transport.delete(new ObjectKey("daily/other"));
        drive.copyObjects(BYTES);
        assertThat(drive.stored()).hasSize(2);
        assertThat(listed()).containsExactly(KEY.value());
        transport.delete(KEY);
        assertThat(drive.stored()).isEmpty();
    }

    @Test
    void whatADeleteLeftBehindIsStillTheSameObject() throws IOException {
        put(KEY.value(), "first".getBytes(StandardCharsets.UTF_8));
        drive.plan("DELETE /drive", DriveFault.refusal(500, "backendError"));
        Failures.of(Kind.UNAVAILABLE, () -> put(KEY.value(), BYTES));
        drive.plan("DELETE /drive", new DriveFault.LoseAnswer());
        Failures.of(Kind.UNAVAILABLE, () -> transport.delete(KEY));
        assertThat(read(ByteRange.ALL)).isEqualTo(BYTES);
        transport.delete(KEY);
        assertThat(drive.stored()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "packhorseKey0, ../../etc/passwd",
        "packhorseKey0, daily/2026-11-28/other.tar.gz",
        "packhorseKey, 00",
        "packhorseRoot, another",
        "sha256, 00"
    })
    void aFileThatIsMarkedWronglyIsNoObject(String property, String value) throws IOException {
        put(KEY.value(), BYTES);
        drive.mark(property, value);
        assertThat(listed()).isEmpty();
        assertThat(transport.stat(KEY)).isEmpty();
    }

    @Test
    void pagesOfAnySizeMakeOneListing() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            expected.add("daily/2026-11-2" + i % 10 + "/o" + i);
            put(expected.getLast(), BYTES);
        }
        drive.limitPages(3);
        assertThat(listed()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aListThatGoesInCirclesEnds() throws IOException {
        put(KEY.value(), BYTES);
        String page = "{\"nextPageToken\":\"again\",\"files\":[]}";
        drive.plan("GET /drive/v3/files?", new DriveFault.Answer(200, page, Map.of()));
        drive.plan("GET /drive/v3/files?", new DriveFault.Answer(200, page, Map.of()));
        Failures.of(Kind.UNAVAILABLE, this::listed);
    }

    @Test
    void theLongestKeyFitsIntoTheProperties() throws IOException {
        String key = ("k".repeat(255) + "/").repeat(3) + "e".repeat(255);
        assertThat(key).hasSizeGreaterThan(1_000);
        put(key, BYTES);
        assertThat(listed()).containsExactly(key);
        assertThat(transport.stat(new ObjectKey(key))).isPresent();
    }

    @Test
    void anotherPartThanWasAskedForIsNotBelieved() throws IOException {
        put(KEY.value(), BYTES);
        drive.plan("alt=media", new DriveFault.Answer(200, "some bytes of a backup", Map.of()));
        Failures.of(Kind.UNAVAILABLE, () -> read(new ByteRange(2, 3)));
        drive.plan(
                "alt=media",
                new DriveFault.Answer(206, "som", Map.of("Content-Range", "bytes 0-2/22")));
        Failures.of(Kind.UNAVAILABLE, () -> read(new ByteRange(2, 3)));
        for (String body : List.of("some", "some bytes of a backup, and more than these")) {
            drive.plan("alt=media", new DriveFault.Answer(200, body, Map.of()));
            Failures.of(Kind.UNAVAILABLE, () -> read(ByteRange.ALL));
        }
    }

    @Test
    void whatGoogleTakesForMalwareIsReadAllTheSame() throws IOException {
        put(KEY.value(), BYTES);
        drive.suspectAll();
        assertThat(read(ByteRange.ALL)).isEqualTo(BYTES);
        assertThat(read(new ByteRange(2, 3))).isEqualTo(Arrays.copyOfRange(BYTES, 2, 5));
    }

    @Test
    void aFileThatIsKeptBackTwiceIsDenied() throws IOException {
        put(KEY.value(), BYTES);
        drive.plan("alt=media", DriveFault.refusal(403, "cannotDownloadAbusiveFile"));
        assertThat(Failures.of(Kind.DENIED, () -> read(ByteRange.ALL)))
                .hasMessageContaining("invalidAbuseAcknowledgment");
    }

    @Test
    void whatIsReplacedDuringAReadMayBeReadAgain() throws IOException {
        put(KEY.value(), BYTES);
        drive.plan("alt=media", DriveFault.refusal(404, "notFound"));
        Failures.of(Kind.UNAVAILABLE, () -> read(ByteRange.ALL));
        assertThat(read(ByteRange.ALL)).isEqualTo(BYTES);
    }

    @Test
    void capacityIsWhatTheServiceTells() throws IOException {
        assertThat(transport.capacity()).contains(new Capacity(1_000_000_000, 750_000_000));
        drive.tellQuota("{\"limit\":\"100\",\"usage\":\"120\"}");
        assertThat(transport.capacity()).contains(new Capacity(100, 0));
        drive.tellQuota("{\"usage\":\"120\"}");
        assertThat(transport.capacity()).isEmpty();
    }

    /// A search may be late, and another process then makes the folders again.
    @Test
    void objectsInTwoFoldersOfOnePlaceAreOneDestination() throws IOException {
        put(KEY.value(), BYTES);
        drive.hideFolders();
        try (Transport other = place.open()) {
            ObjectKey second = new ObjectKey("daily/2026-11-28/second");
            other.put(second, BytesContent.of(BYTES), PutMode.CREATE, Cancellation.never());
            assertThat(other.stat(KEY)).isPresent();
        }
        assertThat(listed()).containsExactlyInAnyOrder(KEY.value(), "daily/2026-11-28/second");
    }

    @Test
    void aSearchThatIsLateHidesNothingFromWhoChangedIt() throws IOException {
        put("daily/gone", BYTES);
        put(KEY.value(), "old".getBytes(StandardCharsets.UTF_8));
        drive.stopIndex();
        transport.delete(new ObjectKey("daily/gone"));
        put(KEY.value(), BYTES);
        put("daily/new", BYTES);
        assertThat(read(ByteRange.ALL)).isEqualTo(BYTES);
        assertThat(transport.stat(new ObjectKey("daily/gone"))).isEmpty();
        assertThat(listed()).containsExactlyInAnyOrder(KEY.value(), "daily/new");
        transport.delete(new ObjectKey("daily/new"));
        assertThat(listed()).containsExactly(KEY.value());
        Failures.of(
                Kind.EXISTS,
                () ->
                        transport.put(
                                KEY, BytesContent.of(BYTES), PutMode.CREATE, Cancellation.never()));
        assertThat(drive.stored()).hasSize(1);
    }

    @Test
    void whatOneJobChangedIsKnownToTheNext() throws IOException {
        put("daily/gone", BYTES);
        drive.stopIndex();
        put(KEY.value(), BYTES);
        transport.delete(new ObjectKey("daily/gone"));
        transport.close();
        transport = place.open();
        assertThat(transport.stat(KEY)).isPresent();
        assertThat(transport.stat(new ObjectKey("daily/gone"))).isEmpty();
        assertThat(listed()).containsExactly(KEY.value());
    }

    @Test
    void twoDestinationsInOneDriveDoNotSeeEachOther() throws IOException {
        put(KEY.value(), BYTES);
        try (Transport other = place.with("folder", "Elsewhere").open()) {
            assertThat(other.stat(KEY)).isEmpty();
            other.delete(KEY);
        }
        try (Transport same = place.open()) {
            assertThat(same.stat(KEY)).isPresent();
        }
    }
}
