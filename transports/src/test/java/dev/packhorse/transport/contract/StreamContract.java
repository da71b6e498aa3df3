package dev.packhorse.transport.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ContentWriter;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.StreamedObject;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every transport promises of objects that are made while they are stored. One that takes no
/// streams must say so, and refuse.
abstract class StreamContract extends UploadContract {
    private static final int PART = 5 << 20;
    private static final int LARGE = 12 << 20;

    private final MemoryJournal journal = new MemoryJournal();

    private StreamedObject stream(String key, PutMode mode, ContentWriter writer)
            throws IOException {
        return transport().putStreamed(key(key), writer, mode, journal, Cancellation.never());
    }

    private static ContentWriter of(byte[] bytes) {
        return out -> write(out, bytes, bytes.length);
    }

    /// In pieces that fit nothing.
    private static void write(OutputStream out, byte[] bytes, int end) throws IOException {
        for (int at = 0; at < end; at += 70_001) {
            out.write(bytes, at, Math.min(70_001, end - at));
        }
    }

    /// Writes most of an object and then turns.
    private static ContentWriter turning(byte[] bytes, TurningContent.Turn turn) {
        return out -> {
            write(out, bytes, bytes.length * 9 / 10);
            turn.happen();
        };
    }

    /// False, after a refusal, where no streams are taken.
    private boolean takesStreams() throws IOException {
        if (transport().traits().takesStreams()) {
            return true;
        }
        AtomicInteger asked = new AtomicInteger();
        assertThatThrownBy(() -> stream("k", PutMode.CREATE, _ -> asked.incrementAndGet()))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining("size");
        assertThat(asked).hasValue(0);
        assertNothing();
        return false;
    }

    private void assertNothing() throws IOException {
        assertThat(list("")).isEmpty();
        assertThat(transport().stat(key("k"))).isEmpty();
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(journal.recorded()).as("the journal").isEmpty();
        assertThat(leftovers()).as("what is left at the place").isEmpty();
    }

    private void assertIs(String key, byte[] bytes) throws IOException {
        assertThat(read(key, ByteRange.ALL)).isEqualTo(bytes);
        assertThat(transport().stat(key(key)))
                .map(ObjectInfo::sizeBytes)
                .contains((long) bytes.length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, PART - 1, PART, PART + 1, 2 * PART, LARGE + 17})
    void aStreamIsStoredWithWhatItSaysOfIt(int size) throws IOException {
        if (takesStreams()) {
            byte[] bytes = random(size, size);
            StreamedObject stored = stream("day/k", PutMode.CREATE, of(bytes));
            assertThat(stored.info().sizeBytes()).isEqualTo(size);
            assertThat(stored.info().key()).isEqualTo(key("day/k"));
            assertThat(stored.sha256()).isEqualTo(BytesContent.digest(bytes));
            assertThat(list("")).containsExactly("day/k");
            assertIs("day/k", bytes);
            assertNothingIsLeft();
        }
    }

    @Test
    void aStreamIsInvisibleUntilItsEnd() throws IOException {
        if (takesStreams()) {
            Assumptions.assumeTrue(transport().traits().maxConnections() > 1, "one call at a time");
            byte[] bytes = random(LARGE, 1);
            stream(
                    "k",
                    PutMode.CREATE,
                    out -> {
                        write(out, bytes, bytes.length);
                        assertThat(list("")).isEmpty();
                        assertThat(transport().stat(key("k"))).isEmpty();
                    });
            assertIs("k", bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, LARGE})
    void aWriterThatFailsLeavesNothing(int size) throws IOException {
        if (takesStreams()) {
            IOException own = new IOException("the disk of the account cannot be read");
            ContentWriter failing =
                    turning(
                            random(size, 1),
                            () -> {
                                throw own;
                            });
            assertThatThrownBy(() -> stream("k", PutMode.CREATE, failing))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.REFUSED))
                    .hasMessageContaining("the disk of the account cannot be read")
                    .hasCauseInstanceOf(SourceException.class)
                    .hasRootCause(own);
            assertNothing();
            stream("k", PutMode.CREATE, of(random(size, 2)));
            assertIs("k", random(size, 2));
        }
    }

    @Test
    void aWriterThatFailsKeepsTheOldObject() throws IOException {
        if (takesStreams()) {
            put("k", random(1_000, 2));
            ContentWriter failing =
                    turning(
                            random(LARGE, 1),
                            () -> {
                                throw new IOException("no more");
                            });
            assertKind(Kind.REFUSED, () -> stream("k", PutMode.REPLACE, failing));
            if (takesBackUploadsAlone()) {
                assertIs("k", random(1_000, 2));
            }
            assertNothingIsLeft();
            stream("k", PutMode.REPLACE, of(random(LARGE, 3)));
            assertIs("k", random(LARGE, 3));
        }
    }

    @Test
    void aWriterWithABugLeavesNothingAndDoesNoLastingHarm() throws IOException {
        if (takesStreams()) {
            ContentWriter broken =
                    turning(
                            random(LARGE, 1),
                            () -> {
                                throw new IllegalStateException("a bug of the packer's");
                            });
            assertThatThrownBy(() -> stream("k", PutMode.CREATE, broken))
                    .hasStackTraceContaining("a bug of the packer's");
            assertNothing();
            for (int i = 0; i < transport().traits().maxConnections(); i++) {
                stream("k", PutMode.REPLACE, of(random(1_000, i)));
            }
            assertIs("k", random(1_000, transport().traits().maxConnections() - 1));
        }
    }

    @Test
    void aTakenNameIsRefusedBeforeAnythingIsMade() throws IOException {
        if (takesStreams()) {
            put("k", random(10, 1));
            AtomicInteger asked = new AtomicInteger();
            assertKind(
                    Kind.EXISTS, () -> stream("k", PutMode.CREATE, _ -> asked.incrementAndGet()));
            assertThat(asked).hasValue(0);
            assertIs("k", random(10, 1));
            assertNothingIsLeft();
        }
    }

    @Test
    void aNameThatIsTakenMeanwhileIsNotReplaced() throws IOException {
        // Others look the name up before and promise no more.
        if (takesStreams() && transport().traits().createsExclusively()) {
            Assumptions.assumeTrue(transport().traits().maxConnections() > 1, "one call at a time");
            ContentWriter overtaken = turning(random(LARGE, 1), () -> put("k", random(10, 1)));
            assertKind(Kind.EXISTS, () -> stream("k", PutMode.CREATE, overtaken));
            if (takesBackUploadsAlone()) {
                assertIs("k", random(10, 1));
            }
            assertNothingIsLeft();
        }
    }

    @Test
    void aStreamThatIsStoppedLeavesNothing() throws IOException {
        if (takesStreams()) {
            CancellationSource stop = new CancellationSource();
            byte[] bytes = random(LARGE, 1);
            ContentWriter stopping =
                    out -> {
                        write(out, bytes, LARGE / 2);
                        stop.request();
                        write(out, bytes, LARGE);
                    };
            assertThatThrownBy(() ->
                            transport()
                                    .putStreamed(key("k"), stopping, PutMode.CREATE, journal, stop))
                    .isInstanceOf(CancelledException.class);
            assertNothing();
        }
    }

    /// A writer may hand its work to a thread of its own, and take its time.
    @Test
    void aStreamMayComeSlowlyAndFromAnotherThread() throws IOException {
        if (takesStreams()) {
            byte[] bytes = random(LARGE, 1);
            ContentWriter slow =
                    out -> {
                        try (var threads = Executors.newSingleThreadScheduledExecutor()) {
                            write(out, bytes, 100_000);
                            threads.schedule(
                                            () -> {
                                                out.write(bytes, 100_000, LARGE - 100_000);
                                                return true;
                                            },
                                            200,
                                            TimeUnit.MILLISECONDS)
                                    .get();
                        } catch (InterruptedException | ExecutionException e) {
                            throw new IllegalStateException(e);
                        }
                    };
            stream("k", PutMode.CREATE, slow);
            assertIs("k", bytes);
        }
    }

    @Test
    void aStreamWithoutAJournalLeavesNothingEither() throws IOException {
        if (takesStreams()) {
            ContentWriter failing =
                    turning(
                            random(LARGE, 1),
                            () -> {
                                throw new IOException("no more");
                            });
            assertKind(
                    Kind.REFUSED,
                    () ->
                            transport()
                                    .putStreamed(
                                            key("k"),
                                            failing,
                                            PutMode.CREATE,
                                            UploadJournal.none(),
                                            Cancellation.never()));
            assertNothing();
        }
    }

    /// The state of the moment in which a process dies is enough to take back what it leaves, and
    /// does no harm once the object is there.
    @Test
    void whatAKilledStreamRecordedIsOfUse() throws IOException {
        if (takesStreams()) {
            AtomicReference<Optional<UploadState>> recorded =
                    new AtomicReference<>(Optional.empty());
            byte[] bytes = random(LARGE, 1);
            stream(
                    "k",
                    PutMode.CREATE,
                    turningAtEnd(bytes, () -> recorded.set(journal.recorded())));
            UploadState state = recorded.get().orElseThrow();
            transport().abandon(state);
            transport().abandon(state);
            assertIs("k", bytes);
            assertNothingIsLeft();
        }
    }

    @Test
    void whatAKilledStreamLeftCanBeTakenBack() throws IOException {
        if (takesStreams()) {
            Assumptions.assumeTrue(transport().traits().maxConnections() > 1, "one call at a time");
            ContentWriter killed =
                    turning(
                            random(LARGE, 1),
                            () -> {
                                assertThat(leftovers()).hasSize(knowsLeftovers() ? 1 : 0);
                                transport().abandon(journal.recorded().orElseThrow());
                                assertThat(leftovers()).isEmpty();
                                throw new IOException("killed");
                            });
            assertThatThrownBy(() -> stream("k", PutMode.CREATE, killed))
                    .isInstanceOf(TransportException.class);
            assertNothing();
        }
    }

    /// What an earlier try left is taken back by the next.
    @Test
    void anotherStreamDoesNotGoOnWithWhatIsLeft() throws IOException {
        if (takesStreams()) {
            AtomicReference<Optional<UploadState>> recorded =
                    new AtomicReference<>(Optional.empty());
            stream(
                    "k",
                    PutMode.CREATE,
                    turningAtEnd(random(LARGE, 1), () -> recorded.set(journal.recorded())));
            journal.record(recorded.get().orElseThrow());
            stream("k", PutMode.REPLACE, of(random(LARGE, 2)));
            assertIs("k", random(LARGE, 2));
            assertNothingIsLeft();
            journal.record(recorded.get().orElseThrow());
            put("k", BytesContent.of(random(LARGE, 3)), journal);
            assertIs("k", random(LARGE, 3));
        }
    }

    private static ContentWriter turningAtEnd(byte[] bytes, TurningContent.Turn turn) {
        return out -> {
            write(out, bytes, bytes.length);
            turn.happen();
        };
    }
}
