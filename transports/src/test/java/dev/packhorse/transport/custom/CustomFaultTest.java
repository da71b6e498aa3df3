package dev.packhorse.transport.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.Failures;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What happens when the script is not what it should be.
class CustomFaultTest {
    private static final ObjectKey KEY = new ObjectKey("day/object");

    private static byte[] bytes() {
        byte[] bytes = new byte[5000];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static void put(Transport transport) throws IOException {
        transport.put(KEY, BytesContent.of(bytes()), PutMode.CREATE, Cancellation.never());
    }

    private static void assertNothingIsLeft(CustomPlace place) throws IOException {
        place.spoil("");
        assertThat(place.folder().resolve(KEY.value())).doesNotExist();
        for (String kind : List.of("pids", "daemon")) {
            for (long pid : place.pids(kind)) {
                assertThat(isRunning(pid)).as(kind + " " + pid).isFalse();
            }
        }
    }

    /// What has ended may still wait for somebody to ask how.
    private static boolean isRunning(long pid) {
        try {
            return !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
        } catch (IOException _) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"lazy,CORRUPT", "half,CORRUPT", "wrong,CORRUPT", "full,FULL"})
    void aScriptThatDidNotStoreTheContentIsFoundOut(String fault, Kind kind) throws IOException {
        CustomPlace place = CustomPlace.fresh();
        try (Transport transport = place.open()) {
            place.spoil(fault);
            Kind expected = fault.equals("lazy") ? Kind.MISSING : kind;
            Failures.of(expected, () -> put(transport), CustomPlace.PASSWORD);
            assertNothingIsLeft(place);
        }
    }

    @Test
    void aFailureAfterEverythingWasStoredIsNoFailure() throws IOException {
        CustomPlace place = CustomPlace.fresh();
        try (Transport transport = place.open()) {
            place.spoil("lost");
            put(transport);
            assertThat(place.folder().resolve(KEY.value())).hasBinaryContent(bytes());
        }
    }

    @Test
    void aHungScriptIsKilledWithItsChildren() throws IOException {
        CustomPlace place = CustomPlace.fresh();
        try (Transport _ = place.open()) {
            place.spoil("hang");
        }
        try (Transport hasty = place.within(Duration.ofSeconds(2)).open()) {
            Failures.of(Kind.TIMED_OUT, () -> put(hasty), CustomPlace.PASSWORD);
            assertNothingIsLeft(place);
        }
    }

    /// It has a session of its own, and the pipe that the script printed to.
    @Test
    @Timeout(60)
    void nobodyWaitsForWhatLeftTheScriptsSession() throws IOException {
        CustomPlace place = CustomPlace.fresh();
        try (Transport transport = place.open()) {
            place.spoil("escape");
            Failures.of(Kind.UNAVAILABLE, () -> transport.stat(KEY), CustomPlace.PASSWORD);
            place.spoil("escape@put");
            put(transport);
            place.spoil("");
            assertThat(place.folder().resolve(KEY.value())).hasBinaryContent(bytes());
            assertThat(place.pids("escaped")).hasSizeGreaterThan(1);
        } finally {
            place.pids("escaped")
                    .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy));
        }
    }

    @Test
    void aCancelledScriptIsKilled() throws IOException {
        CustomPlace place = CustomPlace.fresh();
        try (Transport transport = place.open()) {
            place.spoil("hang");
            int before = place.pids("pids").size();
            CancellationSource cancellation = new CancellationSource();
            Thread.ofVirtual().start(() -> cancelOnce(place, before + 2, cancellation));
            assertThatThrownBy(() ->
                            transport.put(
                                    KEY, BytesContent.of(bytes()), PutMode.CREATE, cancellation))
                    .isInstanceOf(CancelledException.class);
            assertNothingIsLeft(place);
        }
    }

    /// The look for the key runs first, then the folder above it, then the put.
    private static void cancelOnce(
            CustomPlace place, int started, CancellationSource cancellation) {
        try {
            while (place.pids("pids").size() <= started) {
                LockSupport.parkNanos(5_000_000);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        cancellation.request();
    }

    /// It holds the pipes, so whoever only waits for their end waits for it.
    @Test
    @Timeout(30)
    void aDaemonThatTheScriptLeavesIsKilled() throws IOException {
        CustomPlace place = CustomPlace.fresh();
        try (Transport transport = place.open()) {
            place.spoil("daemon");
            put(transport);
            assertThat(place.pids("daemon")).hasSize(1);
            for (long pid : place.pids("daemon")) {
                assertThat(isRunning(pid)).isFalse();
            }
        }
    }

    @Test
    void wordsWithoutEndDoNotStopAPut() throws IOException {
        CustomPlace place = CustomPlace.fresh();
        try (Transport transport = place.open()) {
            place.spoil("shout");
            put(transport);
            assertThat(place.folder().resolve(KEY.value())).hasBinaryContent(bytes());
        }
    }

    @Test
    void aListingWithoutEndFillsNothing() throws IOException {
        CustomPlace place = CustomPlace.fresh();
        try (Transport transport = place.open()) {
            place.spoil("flood");
            Failures.of(Kind.REFUSED, () -> transport.stat(KEY));
        }
    }

    @Test
    void aListingThatIsNoneMeansThatNothingIsKnown() throws IOException {
        CustomPlace place = CustomPlace.fresh();
        try (Transport transport = place.open()) {
            place.spoil("talk");
            assertThat(Failures.of(Kind.REFUSED, () -> transport.stat(KEY)))
                    .hasMessage(
                            "stat day/object: the script lists a line that is not as ls -l prints"
                                    + " it");
        }
    }

    @Test
    void aWrongPasswordIsDeniedAndNotShown() throws IOException {
        String wrong = "wrong-and-secret";
        CustomPlace place = CustomPlace.fresh().withPassword(wrong);
        assertThat(Failures.of(Kind.DENIED, place::open, wrong))
                .hasMessageContaining("authentication failed for ***");
    }

    @Test
    void theOtherOrderOfArgumentsWorks() throws IOException {
        CustomPlace place = CustomPlace.fresh().with("argument_order", "remote_first");
        place.expectRemoteFirst();
        try (Transport transport = place.open()) {
            put(transport);
            assertThat(
                            transport.read(
                                    KEY,
                                    ByteRange.ALL,
                                    InputStream::readAllBytes,
                                    Cancellation.never()))
                    .isEqualTo(bytes());
        }
    }

    @Test
    void linksAndForeignNamesAreNotListed() throws IOException {
        CustomPlace place = CustomPlace.fresh();
        try (Transport transport = place.open()) {
            put(transport);
            Path day = place.folder().resolve("day");
            Files.createSymbolicLink(day.resolve("link"), Path.of("object"));
            Files.writeString(day.resolve("a name with blanks"), "x");
            List<String> keys = new java.util.ArrayList<>();
            transport.list("", object -> keys.add(object.key().value()), Cancellation.never());
            assertThat(keys).containsExactly(KEY.value());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "username", "argument_order", "path", "script"})
    void aBadSettingIsNamed(String name) throws IOException {
        CustomPlace place = CustomPlace.fresh().with(name, "-x/../y");
        assertThat(Failures.of(Kind.REFUSED, place::open)).hasMessageContaining(name);
    }

    @Test
    void aScriptThatOthersCanReplaceIsNotRun(@TempDir Path open) throws IOException {
        Path inTemporary = Files.copy(CustomPlace.script(), open.resolve("script"));
        Files.setPosixFilePermissions(inTemporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertRefused(inTemporary, "can be changed by others than root");
        Path writable = copy("writable", "rwxrwxr-x");
        assertRefused(writable, "can be changed by others than root");
        assertRefused(copy("plain", "rw-r--r--"), "it is not executable");
        Path foreign = copy("foreign", "rwxr-xr-x");
        Files.setAttribute(foreign, "unix:uid", 65_534);
        assertRefused(foreign, "does not belong to root");
        Path link = CustomPlace.home().resolve("link");
        Files.createSymbolicLink(link, CustomPlace.script());
        assertRefused(link, "is a link or of the wrong kind");
        assertRefused(CustomPlace.home().resolve("absent"), "cannot be looked at");
    }

    private static Path copy(String name, String mode) throws IOException {
        Path copy = Files.copy(CustomPlace.script(), CustomPlace.home().resolve(name));
        return Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString(mode));
    }

    private static void assertRefused(Path script, String why) throws IOException {
        CustomPlace place = CustomPlace.fresh().with("script", script.toString());
        assertThat(Failures.of(Kind.REFUSED, place::open)).hasMessageContaining(why);
    }
}
