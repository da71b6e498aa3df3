package dev.packhorse.engine.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContentDigestTest {
    private static final long LARGE = ContentDigest.LARGE + 5_000;

    @Test
    void aFileOfUsualSizeHasItsUsualHash() throws Exception {
        byte[] content = random(10_000);
        ContentDigest digest = new ContentDigest(content.length);
        digest.accept(0, ByteBuffer.wrap(content, 0, 3_000));
        digest.accept(3_000, ByteBuffer.wrap(content, 3_000, 7_000));

        assertThat(digest.finish()).isEqualTo(MessageDigest.getInstance("SHA-256").digest(content));
    }

    @Test
    void holesCountAsZeros() throws Exception {
        byte[] content = new byte[50_000];
        content[20_000] = 7;
        ContentDigest digest = new ContentDigest(content.length);
        digest.accept(20_000, ByteBuffer.wrap(new byte[] {7}));

        assertThat(digest.finish()).isEqualTo(MessageDigest.getInstance("SHA-256").digest(content));
    }

    @Test
    void aLargeFileIsHashedInNumberedBlocksThatHoldSomething() throws Exception {
        byte[] data = random(6_000);
        ContentDigest digest = new ContentDigest(LARGE);
        digest.accept(8_192, ByteBuffer.wrap(data));

        MessageDigest expected = MessageDigest.getInstance("SHA-256");
        expected.update(ByteBuffer.allocate(8).putLong(2).flip());
        expected.update(data, 0, 4_096);
        expected.update(ByteBuffer.allocate(8).putLong(3).flip());
        expected.update(data, 4_096, 1_904);
        expected.update(new byte[4_096 - 1_904]);
        assertThat(digest.finish()).isEqualTo(expected.digest());
    }

    @Test
    void howALargeFileIsReadDoesNotMatter() {
        byte[] data = random(30_000);
        ContentDigest whole = new ContentDigest(LARGE);
        whole.accept(LARGE - data.length, ByteBuffer.wrap(data));
        ContentDigest pieces = new ContentDigest(LARGE);
        pieces.accept(0, ByteBuffer.wrap(new byte[9_999]));
        long at = LARGE - data.length;
        for (int from = 0; from < data.length; from += 1_111) {
            int length = Math.min(1_111, data.length - from);
            pieces.accept(at + from, ByteBuffer.wrap(data, from, length));
        }

        assertThat(pieces.finish()).isEqualTo(whole.finish());
    }

    @Test
    void whereALargeFileHasItsDataMatters() {
        ContentDigest one = new ContentDigest(LARGE);
        one.accept(4_096, ByteBuffer.wrap(new byte[] {1}));
        ContentDigest other = new ContentDigest(LARGE);
        other.accept(8_192, ByteBuffer.wrap(new byte[] {1}));

        assertThat(one.finish()).isNotEqualTo(other.finish());
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(11).nextBytes(bytes);
        return bytes;
    }
}
