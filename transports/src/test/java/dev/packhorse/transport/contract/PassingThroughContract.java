package dev.packhorse.transport.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What drivers promise whose objects pass through files of this server: the files lie in the
/// folder that they were given, and keep to its room.
public abstract class PassingThroughContract {
    private static final ObjectKey KEY = new ObjectKey("day/k");
    private static final int SIZE = 2_000_000;

    @TempDir private Path folder;
    private long room = Long.MAX_VALUE / 2;
    private Transport transport;

    /// Opens a fresh place.
    protected abstract Transport open(WorkPlace work) throws Exception;

    private final class Limited implements WorkPlace {
        @Override
        public Path folder() {
            return folder;
        }

        @Override
        public long roomBytes() {
            return room;
        }
    }

    @BeforeEach
    final void openTransport() throws Exception {
        transport = open(new Limited());
    }

    @AfterEach
    final void closeTransport() throws TransportException {
        // Null when its server is not here.
        if (transport != null) {
            transport.close();
        }
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[SIZE];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private void put(Content content) throws IOException {
        transport.put(KEY, content, PutMode.REPLACE, Cancellation.never());
    }

    private List<Long> sizes() throws IOException {
        List<Long> sizes = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                sizes.add(Files.size(each));
            }
        }
        return sizes;
    }

    /// Whether something belongs to the opened transport, which lets it stay until it is closed.
    protected boolean isOfOpened(Path entry) {
        return false;
    }

    private void assertNothingStays() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            assertThat(entries.filter(entry -> !isOfOpened(entry))).isEmpty();
        }
    }

    private void assertFullHere(ThrowingCallable call) throws IOException {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TransportException.class,
                        e -> {
                            assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.FULL);
                            assertThat(e.isOfPlace()).isFalse();
                        });
        assertNothingStays();
    }

    @Test
    void whatPassesThroughLiesInTheGivenFolderAndNothingStays() throws IOException {
        List<Long> seen = new ArrayList<>();
        put(new TurningContent(bytes(), SIZE, () -> seen.addAll(sizes())));
        assertThat(seen).as("on the way there").contains((long) SIZE);
        assertNothingStays();
        byte[] back =
                transport.read(
                        KEY,
                        ByteRange.ALL,
                        in -> {
                            assertThat(sizes()).as("on the way back").contains((long) SIZE);
                            return in.readAllBytes();
                        },
                        Cancellation.never());
        assertThat(back).isEqualTo(bytes());
        assertNothingStays();
    }

    @Test
    void withoutRoomHereNothingIsSent() throws IOException {
        room = SIZE - 1;
        assertFullHere(() -> put(BytesContent.of(bytes())));
        assertThat(transport.stat(KEY)).isEmpty();
    }

    @Test
    void withoutRoomHereNothingIsFetched() throws IOException {
        put(BytesContent.of(bytes()));
        room = SIZE - 1;
        assertFullHere(() ->
                transport.read(
                        KEY, ByteRange.ALL, InputStream::readAllBytes, Cancellation.never()));
        assertThat(transport.stat(KEY)).as("what needs no room goes on").isPresent();
        transport.delete(KEY);
        assertThat(transport.stat(KEY)).isEmpty();
    }

    /// Every change at a place begins with its mark, and what is sent may be what frees this disk.
    @Test
    void withoutAnyRoomHereWhatIsSmallPassesAndIsRemoved() throws IOException {
        room = -1;
        byte[] mark = "whose this is".getBytes(StandardCharsets.US_ASCII);
        put(BytesContent.of(mark));
        byte[] back =
                transport.read(KEY, ByteRange.ALL, InputStream::readAllBytes, Cancellation.never());
        assertThat(back).isEqualTo(mark);
        transport.delete(KEY);
        assertThat(transport.stat(KEY)).isEmpty();
    }
}
