package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestChannelTest {
    private static final int BLOCK = 1 << 18;

    private final Random random = new Random(1);

    /// Takes as much as it likes of what it is given.
    private final class Choosy implements WritableByteChannel {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        @Override
        public int write(ByteBuffer source) {
            byte[] bytes = new byte[random.nextInt(source.remaining() + 1)];
            source.get(bytes);
            taken.writeBytes(bytes);
            return bytes.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            throw new IllegalStateException("it is not the writer's to close");
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                1,
                BLOCK - 1,
                BLOCK,
                BLOCK + 1,
                4 * BLOCK,
                5 * BLOCK,
                9 * BLOCK + 7,
                9_000_000
            })
    void whatIsPassedOnIsDigested(int size) throws Exception {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        Choosy target = new Choosy();
        try (DigestChannel channel = new DigestChannel(target)) {
            put(channel, bytes);
            assertThat(channel.count()).isEqualTo(size);
            assertThat(channel.sha256())
                    .isEqualTo(
                            HexFormat.of()
                                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        }
        assertThat(target.taken.toByteArray()).isEqualTo(bytes);
    }

    /// In pieces of all sizes, heap and direct.
    private void put(DigestChannel channel, byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(2 * BLOCK));
            ByteBuffer piece =
                    random.nextBoolean()
                            ? ByteBuffer.allocate(length)
                            : ByteBuffer.allocateDirect(length);
            piece.put(bytes, at, length).flip();
            while (piece.hasRemaining()) {
                channel.write(piece);
            }
            at += length;
        }
    }

    @Test
    void anAbandonedOneLeavesNoThread() throws Exception {
        Set<Thread> before = digesters();
        DigestChannel channel = new DigestChannel(new Choosy());
        put(channel, new byte[6 * BLOCK]);
        Set<Thread> mine = digesters();
        mine.removeAll(before);
        assertThat(mine).isNotEmpty();
        channel.close();
        channel.close();
        for (Thread thread : mine) {
            thread.join(60_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private static Set<Thread> digesters() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> !thread.getName().equals("archive-digest"));
        return threads;
    }
}
