package dev.packhorse.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every call of the folder driver on a sick disk, at whichever call to the file system the disk
/// turns sick: done and whole, or failed with the right kind, and nothing, or what was there
/// before, under the final name. What cannot be read is never told to be missing.
class LocalFaultsTest {
    private static final ObjectKey KEY = new ObjectKey("2026-11-24/accounts/demo.tar.gz");
    private static final ObjectKey OTHER = new ObjectKey("2026-11-24/accounts/other.tar.gz");
    private static final byte[] OLD = random(30_000, 1);
    private static final byte[] NEW = random(40_000, 2);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir private Path folder;
    private int rounds;

    /// What is wrong with the disk.
    enum Sickness {
        FULL("No space left on device", false, Kind.FULL),
        OVER_QUOTA("Disk quota exceeded", false, Kind.FULL),
        READ_ONLY("Read-only file system", false, Kind.DENIED),
        FORBIDDING("Operation not permitted", false, Kind.DENIED),
        DAMAGED("Input/output error", true, Kind.UNAVAILABLE),
        STALE("Stale file handle", true, Kind.UNAVAILABLE);

        private final String reason;
        private final boolean looks;
        private final Kind kind;

        Sickness(String reason, boolean looks, Kind kind) {
            this.reason = reason;
            this.looks = looks;
            this.kind = kind;
        }

        /// The others differ from these in their words only.
        List<Faults.Kind> kinds() {
            return this == FULL || this == DAMAGED
                    ? List.of(Faults.Kind.values())
                    : List.of(Faults.Kind.ONCE);
        }
    }

    /// What the driver is asked to do.
    enum Operation {
        CREATE,
        REPLACE,
        STREAM,
        READ,
        STAT,
        LIST,
        DELETE;

        boolean changes() {
            return this != READ && this != STAT && this != LIST;
        }
    }

    private static final class Bytes implements Content {
        private final byte[] array;

        Bytes(byte[] array) {
            this.array = array;
        }

        @Override
        public long sizeBytes() {
            return array.length;
        }

        @Override
        public String sha256() {
            try {
                return Sha256.of(open());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(array);
        }
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static Stream<Arguments> faults() {
        return Arrays.stream(Operation.values())
                .flatMap(operation ->
                        Arrays.stream(Sickness.values())
                                .filter(sickness -> sickness.looks || operation.changes())
                                .map(sickness -> Arguments.of(operation, sickness)));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void theOutcomeIsDoneOrFailedAndNothingBetween(Operation operation, Sickness sickness)
            throws Exception {
        for (Faults.Kind kind : sickness.kinds()) {
            int failures = 0;
            for (boolean failed = true; failed; ) {
                Path place = fresh(operation);
                SickDisk disk = new SickDisk(sickness.reason, sickness.looks, kind, failures + 1L);
                Optional<TransportException> failure =
                        tryIt(FaultyFiles.of(place, disk), operation);
                failed = disk.failed();
                failures += failed ? 1 : 0;
                failure.ifPresent(e -> assertThat(e.kind()).as("%s", e).isEqualTo(sickness.kind));
                assertOutcome(place, operation, failure.isEmpty());
                assertThat(
                                tryIt(
                                        place,
                                        operation == Operation.CREATE
                                                ? Operation.REPLACE
                                                : operation))
                        .as("on the disk that is well again")
                        .isEmpty();
                assertOutcome(place, operation, true);
            }
            assertThat(failures).isPositive();
        }
    }

    private Path fresh(Operation operation) throws IOException {
        Path place = Files.createDirectory(folder.resolve("round-" + rounds++));
        try (Transport well = new LocalTransport(place)) {
            put(well, OTHER, OLD, PutMode.REPLACE);
            if (operation != Operation.CREATE && operation != Operation.STREAM) {
                put(well, KEY, OLD, PutMode.REPLACE);
            }
        }
        return place;
    }

    private static void put(Transport place, ObjectKey key, byte[] bytes, PutMode mode)
            throws IOException {
        place.put(key, new Bytes(bytes), mode, UploadJournal.none(), Cancellation.never());
    }

    private static Optional<TransportException> tryIt(Path place, Operation operation)
            throws IOException {
        try (Transport transport = new LocalTransport(place)) {
            perform(transport, operation);
            return Optional.empty();
        } catch (TransportException e) {
            return Optional.of(e);
        }
    }

    private static void perform(Transport transport, Operation operation) throws IOException {
        Cancellation never = Cancellation.never();
        switch (operation) {
            case CREATE -> put(transport, KEY, NEW, PutMode.CREATE);
            case REPLACE -> put(transport, KEY, NEW, PutMode.REPLACE);
            case STREAM ->
                    transport.putStreamed(
                            KEY,
                            out -> out.write(NEW),
                            PutMode.REPLACE,
                            UploadJournal.none(),
                            never);
            case READ ->
                    assertThat(transport.read(KEY, ByteRange.ALL, InputStream::readAllBytes, never))
                            .isEqualTo(OLD);
            case STAT ->
                    assertThat(transport.stat(KEY))
                            .map(ObjectInfo::sizeBytes)
                            .contains((long) OLD.length);
            case LIST -> assertThat(keys(transport)).containsExactlyInAnyOrder(KEY, OTHER);
            case DELETE -> transport.delete(KEY);
        }
    }

    private static List<ObjectKey> keys(Transport transport) throws IOException {
        List<ObjectKey> keys = new ArrayList<>();
        transport.list("", object -> keys.add(object.key()), Cancellation.never());
        return keys;
    }

    private static void assertOutcome(Path place, Operation operation, boolean done)
            throws IOException {
        assertThat(Files.readAllBytes(place.resolve(OTHER.value()))).isEqualTo(OLD);
        Path file = place.resolve(KEY.value());
        Optional<byte[]> stored =
                Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        switch (operation) {
            case CREATE, STREAM -> {
                assertThat(stored.isPresent() || !done).isTrue();
                stored.ifPresent(bytes -> assertThat(bytes).isEqualTo(NEW));
            }
            case REPLACE -> assertThat(stored.orElseThrow()).isIn(NEW, done ? NEW : OLD);
            case DELETE -> {
                assertThat(stored.isEmpty() || !done).isTrue();
                stored.ifPresent(bytes -> assertThat(bytes).isEqualTo(OLD));
            }
            case READ, STAT, LIST -> assertThat(stored.orElseThrow()).isEqualTo(OLD);
        }
    }

    /// A disk without hard links whose renames do not return, as those of a file server that went
    /// away.
    private static final class HungDisk implements Changes {
        private final CountDownLatch hangs = new CountDownLatch(1);
        private final CountDownLatch well = new CountDownLatch(1);

        @Override
        public <R> R make(Change change, Action<R> action) throws IOException {
            if (change instanceof Change.Move) {
                hangs.countDown();
                await(well);
            }
            return withoutLinks(change, action);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <R> R withoutLinks(Change change, Changes.Action<R> action) throws IOException {
        if (change instanceof Change.Link) {
            throw new FileSystemException(
                    change.path().toString(), null, "Operation not supported");
        }
        return action.run();
    }

    private static Changes linkless() {
        return new Changes() {
            @Override
            public <R> R make(Change change, Action<R> action) throws IOException {
                return withoutLinks(change, action);
            }
        };
    }

    @Test
    void aPlaceThatHangsKeepsNobodyFromAnother() throws Exception {
        HungDisk hung = new HungDisk();
        Path sick = fresh(Operation.CREATE);
        Path well = fresh(Operation.CREATE);
        Thread hanging = creating(FaultyFiles.of(sick, hung));
        try {
            await(hung.hangs);
            Thread other = creating(FaultyFiles.of(well, linkless()));
            assertThat(other.join(PATIENCE)).as("the other place is waited for").isTrue();
            assertOutcome(well, Operation.CREATE, true);
        } finally {
            hung.well.countDown();
        }
        assertThat(hanging.join(PATIENCE)).isTrue();
        assertOutcome(sick, Operation.CREATE, true);
    }

    private static Thread creating(Path place) {
        return Thread.ofPlatform()
                .start(() -> {
                    try (Transport transport = new LocalTransport(place)) {
                        perform(transport, Operation.CREATE);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }
}
