package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AheadStreamTest {
    private static final int BLOCK = 1 << 18;

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    /// Gives as few bytes at a time as it likes.
    private static InputStream crumbs(byte[] bytes) {
        Random random = new Random(1);
        return new ByteArrayInputStream(bytes) {
            @Override
            public int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1 + random.nextInt(70_000)));
            }
        };
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 4 * BLOCK, 5 * BLOCK, 9 * BLOCK + 12_345})
    void theBytesComeThroughAsTheyAre(int count) throws Exception {
        byte[] wanted = bytes(count);
        try (InputStream ahead = new AheadStream(crumbs(wanted))) {
            assertThat(ahead.readAllBytes()).isEqualTo(wanted);
            assertThat(ahead.read()).isEqualTo(-1);
            assertThat(ahead.read(new byte[3], 0, 3)).isEqualTo(-1);
        }
    }

    @Test
    void singleBytesAndNoneCanBeAskedFor() throws Exception {
        byte[] wanted = {1, (byte) 200, 3};
        try (InputStream ahead = new AheadStream(new ByteArrayInputStream(wanted))) {
            assertThat(ahead.read()).isEqualTo(1);
            assertThat(ahead.read(new byte[0], 0, 0)).isZero();
            assertThat(ahead.read()).isEqualTo(200);
            assertThat(ahead.read()).isEqualTo(3);
            assertThat(ahead.read()).isEqualTo(-1);
        }
    }

    private static InputStream failing(Throwable failure) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                switch (failure) {
                    case IOException e -> throw e;
                    case RuntimeException e -> throw e;
                    default -> throw (Error) failure;
                }
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        };
    }

    static Throwable[] failures() {
        return new Throwable[] {
            new IOException("disk"), new IllegalStateException("fault"), new StackOverflowError()
        };
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("failures")
    void aFailureComesBehindTheBytesBeforeIt(Throwable failure) throws Exception {
        byte[] before = bytes(2 * BLOCK + 77);
        InputStream source =
                new SequenceInputStream(new ByteArrayInputStream(before), failing(failure));
        try (InputStream ahead = new AheadStream(source)) {
            assertThat(ahead.readNBytes(before.length)).isEqualTo(before);
            assertThatThrownBy(ahead::read).isSameAs(failure);
            assertThatThrownBy(ahead::read).as("asked again").isSameAs(failure);
        }
    }

    @Test
    void itReadsOnlySoFarAheadAndStopsWhenItIsClosed() throws Exception {
        AtomicLong given = new AtomicLong();
        AtomicBoolean closed = new AtomicBoolean();
        AtomicBoolean readAfterwards = new AtomicBoolean();
        InputStream endless =
                new InputStream() {
                    @Override
                    public int read() {
                        throw new IllegalStateException("reads by the block");
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) {
                        if (closed.get()) {
                            readAfterwards.set(true);
                        }
                        given.addAndGet(length);
                        return length;
                    }

                    @Override
                    public void close() {
                        closed.set(true);
                    }
                };
        InputStream ahead = new AheadStream(endless);
        assertThat(ahead.readNBytes(10 * BLOCK)).hasSize(10 * BLOCK);
        ahead.close();

        assertThat(closed).isTrue();
        assertThat(readAfterwards).isFalse();
        assertThat(given.get()).isBetween(10L * BLOCK, 15L * BLOCK);
        ahead.close();
    }

    @Test
    void nobodyNeedsToTakeAnything() throws Exception {
        new AheadStream(new ByteArrayInputStream(bytes(20 * BLOCK))).close();
        new AheadStream(new ByteArrayInputStream(new byte[0])).close();
    }
}
