package dev.packhorse.transport.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.MemoryJournal;
import dev.packhorse.transport.fault.Fault.Direction;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every call of a driver under every fault of the network: the outcome is "done and verified" or
/// "failed, and nothing, or what was there before, under the final name". A test of a driver
/// extends it and says how to reach its server.
public abstract class FaultContract {
    private static final ObjectKey KEY = new ObjectKey("set/2026-11-24/object.tar.gz");
    private static final ObjectKey OTHER = new ObjectKey("set/2026-11-24/other.tar.gz");
    private static final byte[] OLD = random(120_000, 1);
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Map<String, long[]> MEASURED = new ConcurrentHashMap<>();
    private static final Map<String, Object> MEASURING = new ConcurrentHashMap<>();

    private FaultProxy proxy;
    private Transport direct;
    private Transport witness;
    private Transport faulty;

    /// Where the server listens.
    protected abstract HostPort server() throws Exception;

    /// Makes a place of this case's own: cases run at the same time.
    protected void makePlace() throws Exception {}

    /// Opens the place of [#makePlace()] at an address: the server's or the proxy's.
    ///
    /// @param limit how long a step of the protocol may take without progress
    protected abstract Transport open(HostPort address, Duration limit) throws Exception;

    /// Prepares the place and tells what is there, past the proxy: the driver itself, or another
    /// one that sees the same objects and is opened faster.
    protected Transport openWitness() throws Exception {
        return direct();
    }

    /// Waits until the server has done with what was cut off.
    protected void awaitQuiet() throws Exception {}

    /// Stands before the server.
    protected FaultProxy proxy(HostPort before) throws IOException {
        return FaultProxy.before(before);
    }

    /// How large the object is that is put under faults; more than a part where there are parts.
    protected int objectBytes() {
        return 400_000;
    }

    /// What a driver is asked to do while the network fails.
    enum Operation {
        CREATE,
        REPLACE,
        STREAM,
        READ,
        READ_PART,
        STAT,
        LIST,
        DELETE
    }

    /// Where in a call the fault strikes.
    enum Strike {
        REFUSED,
        CUT_TO_SERVER_AT_ONCE,
        CUT_TO_SERVER_AT_1_PERCENT,
        CUT_TO_SERVER_AT_50_PERCENT,
        CUT_TO_SERVER_AT_99_PERCENT,
        CUT_TO_CLIENT_AT_1_PERCENT,
        CUT_TO_CLIENT_AT_50_PERCENT,
        CUT_TO_CLIENT_BEFORE_THE_LAST_BYTE,
        HANG_TO_SERVER_AT_50_PERCENT,
        HANG_TO_CLIENT_AT_50_PERCENT,
        HANG_TO_CLIENT_BEFORE_THE_LAST_BYTE,
        SLOW;

        /// Only who is left hanging has to wait for the end of patience; on a busy machine nothing
        /// else may be taken for a hang.
        Duration limit() {
            return switch (this) {
                case HANG_TO_SERVER_AT_50_PERCENT,
                        HANG_TO_CLIENT_AT_50_PERCENT,
                        HANG_TO_CLIENT_BEFORE_THE_LAST_BYTE ->
                        SHORT;
                case REFUSED,
                        CUT_TO_SERVER_AT_ONCE,
                        CUT_TO_SERVER_AT_1_PERCENT,
                        CUT_TO_SERVER_AT_50_PERCENT,
                        CUT_TO_SERVER_AT_99_PERCENT,
                        CUT_TO_CLIENT_AT_1_PERCENT,
                        CUT_TO_CLIENT_AT_50_PERCENT,
                        CUT_TO_CLIENT_BEFORE_THE_LAST_BYTE,
                        SLOW ->
                        LONG;
            };
        }

        Fault of(long toServer, long toClient) {
            return switch (this) {
                case REFUSED -> new Fault.Refuse();
                case CUT_TO_SERVER_AT_ONCE -> new Fault.Cut(Direction.TO_SERVER, 0);
                case CUT_TO_SERVER_AT_1_PERCENT ->
                        new Fault.Cut(Direction.TO_SERVER, toServer / 100);
                case CUT_TO_SERVER_AT_50_PERCENT ->
                        new Fault.Cut(Direction.TO_SERVER, toServer / 2);
                case CUT_TO_SERVER_AT_99_PERCENT ->
                        new Fault.Cut(Direction.TO_SERVER, toServer * 99 / 100);
                case CUT_TO_CLIENT_AT_1_PERCENT ->
                        new Fault.Cut(Direction.TO_CLIENT, toClient / 100);
                case CUT_TO_CLIENT_AT_50_PERCENT ->
                        new Fault.Cut(Direction.TO_CLIENT, toClient / 2);
                case CUT_TO_CLIENT_BEFORE_THE_LAST_BYTE ->
                        new Fault.Cut(Direction.TO_CLIENT, toClient - 1);
                case HANG_TO_SERVER_AT_50_PERCENT ->
                        new Fault.Hang(Direction.TO_SERVER, toServer / 2);
                case HANG_TO_CLIENT_AT_50_PERCENT ->
                        new Fault.Hang(Direction.TO_CLIENT, toClient / 2);
                case HANG_TO_CLIENT_BEFORE_THE_LAST_BYTE ->
                        new Fault.Hang(Direction.TO_CLIENT, toClient - 1);
                case SLOW -> new Fault.Slow(2);
            };
        }
    }

    static Stream<Arguments> faults() {
        return Arrays.stream(Operation.values())
                .filter(operation -> operation != Operation.STREAM)
                .flatMap(operation ->
                        Arrays.stream(Strike.values())
                                .map(strike -> Arguments.of(operation, strike)));
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private byte[] fresh() {
        return random(objectBytes(), 2);
    }

    @BeforeEach
    void start() throws Exception {
        makePlace();
        proxy = proxy(server());
        witness = openWitness();
        clear();
        witness.put(OTHER, BytesContent.of(OLD), PutMode.REPLACE, Cancellation.never());
    }

    /// The driver itself, past the proxy.
    private Transport direct() throws Exception {
        if (direct == null) {
            direct = open(server(), LONG);
        }
        return direct;
    }

    /// Removes every object.
    private void clear() throws IOException {
        for (String key : keys(witness)) {
            witness.delete(new ObjectKey(key));
        }
    }

    @AfterEach
    void end() throws Exception {
        // Null when the start failed, or the server is not here.
        if (proxy != null) {
            proxy.close();
        }
        if (witness != null && !witness.equals(direct)) {
            witness.close();
        }
        if (direct != null) {
            direct.close();
        }
        if (faulty != null) {
            faulty.close();
        }
    }

    /// Most of a case is waiting, so some run at a time; each has its own proxy and place.
    @ParameterizedTest
    @MethodSource("faults")
    @Execution(ExecutionMode.CONCURRENT)
    void theOutcomeIsDoneOrFailedAndNothingBetween(Operation operation, Strike strike)
            throws Exception {
        prepare(operation);
        long[] bytes = measured(operation);

        proxy.set(strike.of(bytes[0], bytes[1]));
        Optional<TransportException> failure = tryIt(operation, strike.limit());
        if (strike == Strike.SLOW) {
            assertThat(failure).isEmpty();
        }
        failure.ifPresent(e -> assertThat(e.kind().retryable()).as("%s", e).isTrue());
        proxy.set(new Fault.None());
        awaitQuiet();
        assertOutcome(operation, failure.isEmpty());
    }

    /// The same for an object that is made while it is stored; a driver that takes none refuses.
    @ParameterizedTest
    @EnumSource(Strike.class)
    @Execution(ExecutionMode.CONCURRENT)
    void aStreamIsDoneOrFailedAndNothingBetween(Strike strike) throws Exception {
        if (direct().traits().takesStreams()) {
            theOutcomeIsDoneOrFailedAndNothingBetween(Operation.STREAM, strike);
        } else {
            assertThatThrownBy(() -> perform(direct(), Operation.STREAM, UploadJournal.none()))
                    .hasMessageContaining("must know the size");
        }
    }

    private void prepare(Operation operation) throws IOException {
        if (operation != Operation.CREATE && operation != Operation.STREAM) {
            witness.put(KEY, BytesContent.of(OLD), PutMode.REPLACE, Cancellation.never());
        }
    }

    /// Once a class and operation; leaves the place as it was.
    private long[] measured(Operation operation) throws Exception {
        String name = getClass().getName() + " " + operation;
        synchronized (MEASURING.computeIfAbsent(name, _ -> new Object())) {
            long[] known = MEASURED.get(name);
            if (known == null) {
                known = measure(operation);
                MEASURED.put(name, known);
                clear();
                witness.put(OTHER, BytesContent.of(OLD), PutMode.REPLACE, Cancellation.never());
                prepare(operation);
            }
            return known;
        }
    }

    /// How many bytes go each way when nothing fails.
    private long[] measure(Operation operation) throws Exception {
        proxy.set(new Fault.None());
        assertThat(tryIt(operation, LONG)).isEmpty();
        return new long[] {proxy.passed(Direction.TO_SERVER), proxy.passed(Direction.TO_CLIENT)};
    }

    private Optional<TransportException> tryIt(Operation operation, Duration limit)
            throws Exception {
        try (Transport transport = open(proxy.address(), limit)) {
            perform(transport, operation, UploadJournal.none());
            return Optional.empty();
        } catch (TransportException e) {
            return Optional.of(e);
        }
    }

    private void perform(Transport transport, Operation operation, UploadJournal journal)
            throws IOException {
        Cancellation never = Cancellation.never();
        switch (operation) {
            case CREATE ->
                    transport.put(KEY, BytesContent.of(fresh()), PutMode.CREATE, journal, never);
            case REPLACE ->
                    transport.put(KEY, BytesContent.of(fresh()), PutMode.REPLACE, journal, never);
            case STREAM ->
                    transport.putStreamed(
                            KEY, out -> out.write(fresh()), PutMode.CREATE, journal, never);
            case READ ->
                    assertThat(transport.read(KEY, ByteRange.ALL, InputStream::readAllBytes, never))
                            .isEqualTo(OLD);
            case READ_PART ->
                    assertThat(
                                    transport.read(
                                            KEY,
                                            new ByteRange(5_000, 50_000),
                                            InputStream::readAllBytes,
                                            never))
                            .isEqualTo(Arrays.copyOfRange(OLD, 5_000, 55_000));
            case STAT ->
                    assertThat(transport.stat(KEY))
                            .map(ObjectInfo::sizeBytes)
                            .contains((long) OLD.length);
            case LIST -> assertThat(keys(transport)).contains(KEY.value(), OTHER.value());
            case DELETE -> transport.delete(KEY);
        }
    }

    private static List<String> keys(Transport transport) throws IOException {
        List<String> keys = new ArrayList<>();
        transport.list("", object -> keys.add(object.key().value()), Cancellation.never());
        return keys;
    }

    private byte[] stored(ObjectKey key) throws IOException {
        return witness.read(key, ByteRange.ALL, InputStream::readAllBytes, Cancellation.never());
    }

    private void assertOutcome(Operation operation, boolean done) throws IOException {
        assertThat(stored(OTHER)).isEqualTo(OLD);
        Optional<ObjectInfo> found = witness.stat(KEY);
        switch (operation) {
            case CREATE, STREAM -> {
                if (found.isPresent()) {
                    assertThat(stored(KEY)).isEqualTo(fresh());
                } else {
                    assertThat(done).as("a put that succeeded left nothing").isFalse();
                }
            }
            case REPLACE -> {
                byte[] bytes = stored(KEY);
                if (done || bytes.length != OLD.length) {
                    assertThat(bytes).isEqualTo(fresh());
                } else {
                    assertThat(bytes).isEqualTo(OLD);
                }
            }
            case READ, READ_PART, STAT, LIST -> assertThat(stored(KEY)).isEqualTo(OLD);
            case DELETE -> {
                if (found.isPresent()) {
                    assertThat(done).as("a delete that succeeded removed nothing").isFalse();
                    assertThat(stored(KEY)).isEqualTo(OLD);
                }
            }
        }
        List<String> expected = new ArrayList<>(List.of(OTHER.value()));
        found.ifPresent(_ -> expected.add(KEY.value()));
        assertThat(keys(witness)).containsExactlyInAnyOrderElementsOf(expected);
    }

    /// A place that is only used through faults stays usable: a broken connection is not kept.
    @Test
    void aTransportOutlivesCutConnections() throws Exception {
        witness.put(KEY, BytesContent.of(OLD), PutMode.REPLACE, Cancellation.never());
        faulty = open(proxy.address(), LONG);
        for (int i = 0; i < 3; i++) {
            perform(faulty, Operation.READ, UploadJournal.none());
            proxy.cutAll();
            Optional<TransportException> failure = Optional.empty();
            for (int tries = 0; tries < 10; tries++) {
                try {
                    perform(faulty, Operation.STAT, UploadJournal.none());
                    failure = Optional.empty();
                    break;
                } catch (TransportException e) {
                    assertThat(e.kind().retryable()).as("%s", e).isTrue();
                    failure = Optional.of(e);
                }
            }
            assertThat(failure).isEmpty();
        }
    }

    /// Large enough that what a cut throws away is well below the bound: four parts of 5 MiB that
    /// are under way, and what lies in the buffers of sockets.
    @Test
    void anUploadThatWasCutGoesOnAsFarAsTheTraitsSay() throws Exception {
        byte[] content = random(64 << 20, 3);
        MemoryJournal journal = new MemoryJournal();
        proxy.set(new Fault.Cut(Direction.TO_SERVER, content.length * 9L / 10));
        assertThat(failureOf(content, journal)).isPresent();
        awaitQuiet();
        assertThat(witness.stat(KEY)).isEmpty();

        proxy.set(new Fault.None());
        assertThat(failureOf(content, journal)).isEmpty();
        assertThat(stored(KEY)).isEqualTo(content);
        assertThat(journal.recorded()).as("the journal of a finished upload").isEmpty();
        if (direct().traits().resumption() != Resumption.NONE) {
            assertThat(proxy.passed(Direction.TO_SERVER))
                    .as("bytes sent again of %d", content.length)
                    .isLessThan(content.length * 6L / 10);
        }
    }

    private Optional<TransportException> failureOf(byte[] content, UploadJournal journal)
            throws Exception {
        try (Transport transport = open(proxy.address(), LONG)) {
            transport.put(
                    KEY, BytesContent.of(content), PutMode.CREATE, journal, Cancellation.never());
            return Optional.empty();
        } catch (TransportException e) {
            return Optional.of(e);
        }
    }
}
