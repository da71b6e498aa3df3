package dev.packhorse.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Reading ahead gives the bytes of the source, with few requests for what is read in a row and
/// little for what is not.
class ReadAheadTest {
    private static final int SIZE = 40 << 20;

    private final byte[] bytes = new byte[SIZE];
    private final List<Integer> requests = new ArrayList<>();

    ReadAheadTest() {
        new Random(5).nextBytes(bytes);
    }

    private RangeSource source() {
        return new RangeSource() {
            @Override
            public long size() {
                return SIZE;
            }

            @Override
            public int read(ByteBuffer target, long offset) {
                if (offset >= SIZE) {
                    return -1;
                }
                int count = (int) Math.min(target.remaining(), SIZE - offset);
                requests.add(count);
                target.put(bytes, (int) offset, count);
                return count;
            }
        };
    }

    private long fetched() {
        return requests.stream().mapToLong(Integer::longValue).sum();
    }

    private void read(ReadAhead ahead, int offset, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        ahead.readFully(target, offset);
        assertThat(Arrays.equals(bytes, offset, offset + length, target.array(), 0, length))
                .as("%d bytes at %d", length, offset)
                .isTrue();
    }

    @Test
    void whatIsReadInARowCostsFewRequestsAndNoByteTwice() throws Exception {
        ReadAhead ahead = new ReadAhead(source());
        for (int at = 0; at < SIZE; at += 100_000) {
            read(ahead, at, Math.min(100_000, SIZE - at));
        }
        assertThat(requests).hasSizeLessThanOrEqualTo(10);
        assertThat(fetched()).isEqualTo(SIZE);
        assertThat(requests).allMatch(each -> each <= ReadAhead.MOST_BYTES);
    }

    @Test
    void aReadThatJumpsCostsLittle() throws Exception {
        ReadAhead ahead = new ReadAhead(source());
        for (int at = 0; at < 16 << 20; at += 1 << 20) {
            read(ahead, at, 1 << 20);
        }
        requests.clear();
        read(ahead, 30 << 20, 1_000);
        read(ahead, 5 << 20, 1_000);
        assertThat(requests).containsExactly(ReadAhead.LEAST_BYTES, ReadAhead.LEAST_BYTES);
    }

    @Test
    void anyOrderGivesTheBytesOfTheSource() throws Exception {
        ReadAhead ahead = new ReadAhead(source());
        Random random = new Random(9);
        int at = 0;
        for (int i = 0; i < 400; i++) {
            at = random.nextInt(3) == 0 ? random.nextInt(SIZE) : Math.min(at, SIZE - 1);
            int length = Math.min(1 + random.nextInt(300_000), SIZE - at);
            read(ahead, at, length);
            at += length;
        }
        read(ahead, 0, ReadAhead.MOST_BYTES + 1);
    }

    @Test
    void theEndIsTold() throws Exception {
        ReadAhead ahead = new ReadAhead(source());
        ByteBuffer target = ByteBuffer.allocate(10);
        assertThat(ahead.read(target, SIZE - 4L)).isEqualTo(4);
        assertThat(ahead.read(target, SIZE)).isEqualTo(-1);
        assertThat(ahead.read(target, SIZE + 5L)).isEqualTo(-1);
    }

    /// An object that became shorter than it was.
    @Test
    void aSourceThatEndsEarlyIsNotReadForEver() throws Exception {
        RangeSource whole = source();
        ReadAhead ahead =
                new ReadAhead(
                        new RangeSource() {
                            @Override
                            public long size() throws IOException {
                                return whole.size();
                            }

                            @Override
                            public int read(ByteBuffer target, long offset) throws IOException {
                                return offset >= 1_000
                                        ? -1
                                        : whole.read(
                                                target.slice(
                                                        target.position(),
                                                        (int)
                                                                Math.min(
                                                                        target.remaining(),
                                                                        1_000 - offset)),
                                                offset);
                            }
                        });
        ByteBuffer target = ByteBuffer.allocate(10);
        assertThat(ahead.read(target, 2_000)).isEqualTo(-1);
    }
}
