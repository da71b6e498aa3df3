package dev.packhorse.transport.decorator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What each layer adds to the place below it.
class LayersTest {
    private static final ObjectKey KEY = new ObjectKey("k");

    @TempDir private Path folder;
    private Transport place;

    @BeforeEach
    void putOne() throws IOException {
        place = new LocalTransport(folder);
        place.put(KEY, BytesContent.of(new byte[100_000]), PutMode.CREATE, Cancellation.never());
    }

    private static void assertRefused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    @Test
    void aReadOnlyPlaceIsReadAndNotChanged() throws IOException {
        Transport transport = new ReadOnlyTransport(place);
        assertRefused(
                Kind.REFUSED,
                () ->
                        transport.put(
                                new ObjectKey("other"),
                                BytesContent.of(new byte[1]),
                                PutMode.CREATE,
                                Cancellation.never()));
        assertRefused(Kind.REFUSED, () -> stream(transport, new ObjectKey("other"), new byte[1]));
        assertRefused(Kind.REFUSED, () -> transport.delete(KEY));
        assertThat(transport.stat(KEY)).isPresent();
        assertThat(place.stat(new ObjectKey("other"))).isEmpty();
    }

    @Test
    void bytesWaitAsLongAsTheSpeedOfTheHourSays() throws IOException {
        RecordedPause pause = new RecordedPause();
        LocalTime[] now = {LocalTime.of(3, 0)};
        SpeedLimit limit =
                new SpeedLimit(
                        time -> time.getHour() < 6 ? SpeedLimit.UNLIMITED : 20_000,
                        () -> now[0],
                        pause);
        Transport transport = new ThrottledTransport(place, limit, limit);
        assertThat(readAll(transport)).isEqualTo(100_000);
        assertThat(pause.waits()).isEmpty();
        now[0] = LocalTime.of(9, 0);
        assertThat(readAll(transport)).isEqualTo(100_000);
        assertThat(Duration.ofNanos(pause.nanoTime()))
                .isBetween(Duration.ofMillis(4999), Duration.ofMillis(5001));
        transport.put(
                new ObjectKey("up"),
                BytesContent.of(new byte[40_000]),
                PutMode.CREATE,
                Cancellation.never());
        assertThat(Duration.ofNanos(pause.nanoTime()))
                .isBetween(Duration.ofMillis(6999), Duration.ofMillis(7001));
        stream(transport, new ObjectKey("made"), new byte[60_000]);
        assertThat(Duration.ofNanos(pause.nanoTime()))
                .isBetween(Duration.ofMillis(9999), Duration.ofMillis(10_001));
    }

    private static void stream(Transport transport, ObjectKey key, byte[] bytes)
            throws IOException {
        transport.putStreamed(
                key,
                out -> out.write(bytes),
                PutMode.CREATE,
                UploadJournal.none(),
                Cancellation.never());
    }

    private static int readAll(Transport transport) throws IOException {
        return transport.read(KEY, ByteRange.ALL, InputStream::readAllBytes, Cancellation.never())
                .length;
    }
}
