package dev.packhorse.transport.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.fault.Fault;
import dev.packhorse.transport.fault.Fault.Direction;
import dev.packhorse.transport.fault.FaultProxy;
import dev.packhorse.transport.spi.AlikeRange;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a place that copies ranges owes: a whole and proven object, whatever the hints say, and few
/// bytes on the wire where they are right.
public abstract class RangeCopyContract {
    private static final int MIB = 1 << 20;
    private static final ObjectKey YESTERDAY = new ObjectKey("2026-11-23/demo.tar.gz");
    private static final ObjectKey TODAY = new ObjectKey("2026-11-24/demo.tar.gz");

    // Not kept beyond a case: together they are a tenth of the heap.
    private final byte[] old = random(1, 26 * MIB);

    /// 12 MiB as before, 3 MiB changed, then 10 MiB from 1 MiB further on, then 1 MiB more.
    private final byte[] today = changed(old);

    private static final List<AlikeRange> TRUE_HINTS =
            List.of(
                    new AlikeRange(0, 7 * MIB, YESTERDAY, 0),
                    new AlikeRange(7 * MIB, 5 * MIB, YESTERDAY, 7 * MIB),
                    new AlikeRange(15 * MIB, 10 * MIB, YESTERDAY, 16 * MIB));

    private FaultProxy proxy;
    private Transport transport;

    /// Where the server listens.
    protected abstract HostPort server();

    /// A transport to a fresh folder through another address.
    protected abstract Transport open(HostPort address) throws TransportException;

    private static byte[] changed(byte[] old) {
        byte[] changed = new byte[26 * MIB];
        System.arraycopy(old, 0, changed, 0, 12 * MIB);
        System.arraycopy(random(2, 3 * MIB), 0, changed, 12 * MIB, 3 * MIB);
        System.arraycopy(old, 16 * MIB, changed, 15 * MIB, 10 * MIB);
        System.arraycopy(random(3, MIB), 0, changed, 25 * MIB, MIB);
        return changed;
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void storeYesterdays() throws IOException {
        proxy = FaultProxy.before(server());
        transport = open(proxy.address());
        transport.put(YESTERDAY, BytesContent.of(old), PutMode.CREATE, Cancellation.never());
        proxy.set(new Fault.None());
    }

    /// The servers of the tests keep objects in memory.
    @AfterEach
    void close() throws TransportException {
        transport.delete(YESTERDAY);
        transport.delete(TODAY);
        transport.close();
        proxy.close();
    }

    private void put(ObjectKey key, List<AlikeRange> hints) throws IOException {
        transport.put(
                key,
                new HintedContent(BytesContent.of(today), hints),
                PutMode.REPLACE,
                Cancellation.never());
        String stored = transport.read(key, ByteRange.ALL, Sha256::of, Cancellation.never());
        assertThat(stored).isEqualTo(BytesContent.digest(today));
    }

    @Test
    void itSaysThatItCopies() throws TransportException {
        assertThat(transport.traits().copiesRanges()).isTrue();
        assertThat(transport.traits().provesArrival()).isTrue();
    }

    /// Five MiB are the least that can be sent as a part.
    @Test
    void onlyWhatChangedIsSent() throws IOException {
        put(TODAY, TRUE_HINTS);
        assertThat(proxy.passed(Direction.TO_SERVER)).isBetween(4L * MIB, 6L * MIB + MIB / 2);
    }

    @Test
    void theObjectThatIsReplacedIsCopiedFrom() throws IOException {
        put(YESTERDAY, TRUE_HINTS);
        assertThat(proxy.passed(Direction.TO_SERVER)).isLessThan(6L * MIB + MIB / 2);
    }

    @Test
    void wrongHintsCostOnlyTime() throws IOException {
        put(
                TODAY,
                List.of(
                        new AlikeRange(0, 12 * MIB, YESTERDAY, 1),
                        new AlikeRange(15 * MIB, 10 * MIB, YESTERDAY, 16 * MIB - 5)));
        assertThat(proxy.passed(Direction.TO_SERVER)).isGreaterThan(25L * MIB);
    }

    @Test
    void whatIsNotThereIsSent() throws IOException {
        put(TODAY, List.of(new AlikeRange(0, 20 * MIB, new ObjectKey("gone/demo.tar.gz"), 0)));
        put(TODAY, List.of(new AlikeRange(0, 20 * MIB, YESTERDAY, 20 * MIB)));
    }

    @Test
    void someWrongHintsDoNotSpoilTheRightOnes() throws IOException {
        put(
                TODAY,
                List.of(
                        new AlikeRange(0, 6 * MIB, YESTERDAY, 3),
                        new AlikeRange(6 * MIB, 6 * MIB, YESTERDAY, 6 * MIB),
                        new AlikeRange(15 * MIB, 10 * MIB, YESTERDAY, 16 * MIB)));
        assertThat(proxy.passed(Direction.TO_SERVER)).isBetween(9L * MIB, 13L * MIB);
    }
}
