package dev.packhorse.transport.custom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every call while one of the script's commands misbehaves in each way: what is said to be done is
/// done, what failed left no half object, and nobody waits for ever.
class CustomVerbFaultTest {
    private static final ObjectKey KEY = new ObjectKey("day/object");
    private static final ObjectKey OTHER = new ObjectKey("day/other");
    private static final byte[] OLD = random(60_000, 1);
    private static final byte[] NEW = random(80_000, 2);

    /// What a driver is asked to do.
    enum Call {
        CREATE,
        REPLACE,
        READ,
        STAT,
        LIST,
        DELETE;

        /// What the script is told in the course of it.
        List<String> commands() {
            return switch (this) {
                case CREATE, REPLACE -> List.of("put", "ls", "get");
                case READ -> List.of("get", "ls");
                case STAT, LIST -> List.of("ls");
                case DELETE -> List.of("delete", "ls");
            };
        }
    }

    /// What the script does wrong, before or after it did what it was told.
    enum Fault {
        HANG,
        DIE,
        FAIL,
        LIE,
        FLOOD,
        LOST,
        KILLED,
        LINGER;

        Duration limit() {
            boolean waits = this == HANG || this == LINGER;
            return waits ? Duration.ofSeconds(1) : Duration.ofSeconds(60);
        }
    }

    /// An empty listing cannot be told from a lie, so that one is left out.
    static Stream<Arguments> faults() {
        List<Arguments> all = new ArrayList<>();
        for (Call call : Call.values()) {
            for (String command : call.commands()) {
                for (Fault fault : Fault.values()) {
                    if (fault != Fault.LIE || !command.equals("ls")) {
                        all.add(Arguments.of(call, command, fault));
                    }
                }
            }
        }
        return all.stream();
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("faults")
    @Execution(ExecutionMode.CONCURRENT)
    @Timeout(120)
    void theOutcomeIsTold(Call call, String command, Fault fault) throws IOException {
        CustomPlace place = CustomPlace.fresh();
        try (Transport direct = place.open()) {
            direct.put(OTHER, BytesContent.of(OLD), PutMode.CREATE, Cancellation.never());
            if (call == Call.CREATE) {
                direct.delete(OTHER);
                Files.delete(place.folder().resolve("day"));
            } else {
                direct.put(KEY, BytesContent.of(OLD), PutMode.CREATE, Cancellation.never());
            }
            boolean done =
                    isDone(
                            place,
                            call,
                            fault.name().toLowerCase(Locale.ROOT) + "@" + command,
                            fault.limit());
            place.spoil("");
            assertOutcome(direct, call, done);
        }
        for (long pid : place.pids("pids")) {
            assertThat(ProcessHandle.of(pid).filter(CustomVerbFaultTest::isScript)).isEmpty();
        }
    }

    /// The number of a process may have gone to another since.
    private static boolean isScript(ProcessHandle process) {
        return process.info()
                .commandLine()
                .filter(line -> line.contains(CustomPlace.home().toString()))
                .isPresent();
    }

    private static boolean isDone(CustomPlace place, Call call, String fault, Duration limit)
            throws IOException {
        try (Transport transport = place.within(limit).open()) {
            place.spoil(fault);
            perform(transport, call);
            return true;
        } catch (TransportException e) {
            assertThat(e).hasMessageNotContaining(CustomPlace.PASSWORD);
            return false;
        }
    }

    private static void perform(Transport transport, Call call) throws IOException {
        Cancellation never = Cancellation.never();
        switch (call) {
            case CREATE -> transport.put(KEY, BytesContent.of(NEW), PutMode.CREATE, never);
            case REPLACE -> transport.put(KEY, BytesContent.of(NEW), PutMode.REPLACE, never);
            case READ -> assertThat(read(transport, KEY)).isEqualTo(OLD);
            case STAT ->
                    assertThat(transport.stat(KEY)).map(ObjectInfo::sizeBytes).contains(60_000L);
            case LIST -> assertThat(keys(transport)).contains(KEY.value(), OTHER.value());
            case DELETE -> transport.delete(KEY);
        }
    }

    private static byte[] read(Transport transport, ObjectKey key) throws IOException {
        return transport.read(key, ByteRange.ALL, InputStream::readAllBytes, Cancellation.never());
    }

    private static List<String> keys(Transport transport) throws IOException {
        List<String> keys = new ArrayList<>();
        transport.list("", object -> keys.add(object.key().value()), Cancellation.never());
        return keys;
    }

    private static void assertOutcome(Transport direct, Call call, boolean done)
            throws IOException {
        Optional<ObjectInfo> found = direct.stat(KEY);
        Optional<byte[]> stored =
                found.isPresent() ? Optional.of(read(direct, KEY)) : Optional.empty();
        switch (call) {
            case CREATE ->
                    assertThat(stored)
                            .matches(bytes -> is(bytes, NEW) || (bytes.isEmpty() && !done));
            case REPLACE ->
                    // The protocol of scripts has no rename: a replace that fails may cost the old.
                    assertThat(stored)
                            .matches(bytes ->
                                    is(bytes, NEW)
                                            || (!done && (bytes.isEmpty() || is(bytes, OLD))));
            case READ, STAT, LIST -> assertThat(stored).matches(bytes -> is(bytes, OLD));
            case DELETE ->
                    assertThat(stored)
                            .matches(bytes -> bytes.isEmpty() || (!done && is(bytes, OLD)));
        }
        if (call != Call.CREATE) {
            assertThat(read(direct, OTHER)).isEqualTo(OLD);
        }
    }

    private static boolean is(Optional<byte[]> bytes, byte[] expected) {
        return bytes.filter(each -> Arrays.equals(each, expected)).isPresent();
    }
}
