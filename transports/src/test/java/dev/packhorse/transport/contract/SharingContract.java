package dev.packhorse.transport.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every transport promises of objects that change while they are used, of names that are
/// nearly alike, and of the borders of ranges.
abstract class SharingContract extends StreamContract {
    private static final int LARGE = 6 << 20;

    /// The most telling first: some places take only a few.
    private static final List<String> NEARLY_ALIKE =
            List.of(
                    "day",
                    "day-1/x",
                    "--help",
                    "Day",
                    "...",
                    ".day",
                    "a=b@c+d",
                    "long/" + "d/".repeat(20) + "x",
                    "-rf/--delete",
                    "day.",
                    "day.1/x",
                    "day1/x",
                    "a..b",
                    "p2F/x");

    /// A place that takes one call at a time cannot be used from inside a call.
    private void needsTwoConnections() {
        Assumptions.assumeTrue(transport().traits().maxConnections() > 1, "one call at a time");
    }

    @Test
    void rangesAtTheBordersAreExact() throws IOException {
        byte[] bytes = random(LARGE, 9);
        put("k", bytes);
        int part = 5 << 20;
        int[][] ranges = {
            {0, 1},
            {0, LARGE},
            {1, LARGE - 1},
            {LARGE - 1, 1},
            {part - 1, 2},
            {part, 1},
            {part - 70_000, 140_000}
        };
        // Without ranges each fetches the whole object.
        int step = transport().traits().readsRanges() ? 1 : 2;
        for (int i = 0; i < ranges.length; i += step) {
            int[] range = ranges[i];
            assertThat(read("k", new ByteRange(range[0], range[1])))
                    .as("%d+%d", range[0], range[1])
                    .isEqualTo(Arrays.copyOfRange(bytes, range[0], range[0] + range[1]));
        }
        assertThat(read("k", new ByteRange(LARGE - 1, LARGE))).hasSize(1);
        assertKind(Kind.RANGE, () -> read("k", new ByteRange(LARGE, 1)));
        assertKind(Kind.RANGE, () -> read("k", new ByteRange(Long.MAX_VALUE - 1, 1)));
    }

    @Test
    void anEmptyObjectHasNoFirstByte() throws IOException {
        put("k", new byte[0]);
        assertKind(Kind.RANGE, () -> read("k", new ByteRange(0, 1)));
        put("k", random(3, 1));
        assertThat(read("k", new ByteRange(0, 1))).hasSize(1);
        put("k", new byte[0]);
        assertThat(transport().stat(key("k")).orElseThrow().sizeBytes()).isZero();
    }

    /// The reader may leave early, as one does that looks for a member.
    @Test
    void aReaderThatLeavesEarlyDisturbsNobody() throws IOException {
        byte[] bytes = random(LARGE, 3);
        put("k", bytes);
        for (int i = 0; i < 3; i++) {
            byte[] first =
                    transport()
                            .read(
                                    key("k"),
                                    ByteRange.ALL,
                                    in -> in.readNBytes(10),
                                    Cancellation.never());
            assertThat(first).isEqualTo(Arrays.copyOf(bytes, 10));
        }
        assertThat(read("k", ByteRange.ALL)).isEqualTo(bytes);
    }

    @Test
    void anObjectThatIsReplacedWhileItIsReadIsNeverAMixture() throws IOException {
        needsTwoConnections();
        byte[] before = random(LARGE, 1);
        byte[] after = random(LARGE, 2);
        put("k", before);
        try {
            byte[] seen =
                    transport()
                            .read(
                                    key("k"),
                                    ByteRange.ALL,
                                    in -> {
                                        ByteArrayOutputStream all = new ByteArrayOutputStream();
                                        all.write(in.readNBytes(100_000));
                                        put("k", after);
                                        in.transferTo(all);
                                        return all.toByteArray();
                                    },
                                    Cancellation.never());
            assertThat(Arrays.equals(seen, before) || Arrays.equals(seen, after)).isTrue();
        } catch (TransportException e) {
            // The old object may be gone in the middle; what matters is that this is said.
            assertThat(e.kind()).isIn(Kind.MISSING, Kind.CORRUPT, Kind.UNAVAILABLE);
        }
        assertThat(read("k", ByteRange.ALL)).isEqualTo(after);
    }

    @Test
    void ofManyReplacesAtOnceOneIsThereWhole() throws Exception {
        List<Callable<Boolean>> puts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            byte[] bytes = random(50_000 + 10_000 * i, i);
            puts.add(() -> {
                try {
                    put("k", bytes);
                    return true;
                } catch (TransportException e) {
                    // Where a place cannot tell who was last, whoever was not says so.
                    assertThat(e.kind().retryable()).as("%s", e).isTrue();
                    return false;
                }
            });
        }
        assertThat(inParallel(puts)).contains(true);
        assertThat(list("")).containsExactly("k");
        byte[] stored = read("k", ByteRange.ALL);
        int winner = (stored.length - 50_000) / 10_000;
        assertThat(stored).isEqualTo(random(50_000 + 10_000 * winner, winner));
    }

    @Test
    void uploadsAtOnceKeepToTheirOwnJournals() throws Exception {
        List<MemoryJournal> journals = new ArrayList<>();
        List<Callable<Boolean>> puts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            MemoryJournal journal = new MemoryJournal();
            journals.add(journal);
            String key = "day/k" + i;
            byte[] bytes = random(LARGE, i);
            puts.add(() ->
                    patiently(() -> {
                        put(key, BytesContent.of(bytes), journal);
                        return Arrays.equals(read(key, ByteRange.ALL), bytes);
                    }));
        }
        assertThat(inParallel(puts)).containsOnly(true);
        assertThat(journals).allMatch(journal -> journal.recorded().isEmpty());
        assertThat(list("")).hasSize(4);
    }

    @Test
    void aListingTellsEveryObjectThatStaysWhileOthersComeAndGo() throws Exception {
        needsTwoConnections();
        List<String> stay = List.of("day/a", "day/k", "day/z", "next/a");
        for (String key : stay) {
            put(key, random(10, 1));
        }
        AtomicBoolean listed = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> churn =
                    threads.submit(() -> {
                        int rounds = 0;
                        do {
                            comeAndGo(random(10, rounds));
                            rounds++;
                        } while (!listed.get());
                        return rounds;
                    });
            try {
                for (int i = 0; i < Math.min(8, many() / 4); i++) {
                    assertThat(patiently(() -> list(""))).containsAll(stay).doesNotHaveDuplicates();
                }
            } finally {
                listed.set(true);
            }
            assertThat(churn.get()).isPositive();
        }
        assertThat(list("")).containsExactlyInAnyOrderElementsOf(stay);
    }

    private void comeAndGo(byte[] bytes) throws Exception {
        for (String key : List.of("day/come-and-go", "passing/one")) {
            patiently(() -> {
                put(key, bytes);
                return true;
            });
        }
        for (String key : List.of("passing/one", "day/come-and-go")) {
            patiently(() -> {
                transport().delete(key(key));
                return true;
            });
        }
    }

    /// Whether names that differ in the case of letters alone are of different objects.
    protected boolean tellsCasesApart() {
        return true;
    }

    private List<String> nearlyAlike() {
        Set<String> seen = new HashSet<>();
        return NEARLY_ALIKE.stream()
                .filter(key -> tellsCasesApart() || seen.add(key.toLowerCase(Locale.ROOT)))
                .limit(many())
                .toList();
    }

    @Test
    void namesThatAreNearlyAlikeAreDifferentObjects() throws IOException {
        Map<String, byte[]> objects = new TreeMap<>();
        for (String key : nearlyAlike()) {
            objects.put(key, random(20, key.hashCode()));
            put(key, objects.get(key));
        }
        assertThat(list("")).containsExactlyInAnyOrderElementsOf(objects.keySet());
        for (String key : objects.keySet()) {
            assertThat(read(key, ByteRange.ALL)).as(key).isEqualTo(objects.get(key));
        }
        assertThat(list("day")).isEmpty();
        assertThat(list("day-1")).containsExactly("day-1/x");
        transport().delete(key("day"));
        objects.remove("day");
        assertThat(list("")).containsExactlyInAnyOrderElementsOf(objects.keySet());
    }

    @Test
    void aListingAgreesWithWhatIsToldOfEachObject() throws IOException {
        put("day/empty", new byte[0]);
        put("day/large", random(LARGE, 1));
        put("day/small", random(7, 1));
        List<ObjectInfo> listed = new ArrayList<>();
        transport().list("day", listed::add, Cancellation.never());
        assertThat(listed).hasSize(3);
        for (ObjectInfo info : listed) {
            assertThat(transport().stat(info.key()).orElseThrow().sizeBytes())
                    .as("%s", info.key())
                    .isEqualTo(info.sizeBytes());
        }
    }

    @Test
    void aDeletedObjectIsGoneForEverybodyAndItsKeyIsFree() throws IOException {
        put("day/k", random(1_000, 1));
        transport().delete(key("day/k"));
        assertThat(transport().stat(key("day/k"))).isEmpty();
        assertKind(Kind.MISSING, () -> read("day/k", ByteRange.ALL));
        assertThat(list("day")).isEmpty();
        transport()
                .put(
                        key("day/k"),
                        BytesContent.of(random(500, 2)),
                        PutMode.CREATE,
                        UploadJournal.none(),
                        Cancellation.never());
        assertThat(read("day/k", ByteRange.ALL)).isEqualTo(random(500, 2));
    }

    @Test
    void aListingThatIsCancelledOnItsWayEnds() throws IOException {
        put("a", random(1, 1));
        put("b", random(1, 1));
        CancellationSource cancellation = new CancellationSource();
        assertThatThrownBy(() ->
                        transport()
                                .list(
                                        "",
                                        _ -> {
                                            cancellation.request();
                                            return true;
                                        },
                                        cancellation))
                .isInstanceOf(CancelledException.class);
        assertThat(list("")).hasSize(2);
    }

    /// Whether calls under way end well or not is open; that they end is not.
    @Test
    @Timeout(60)
    void closingEndsNoCallInAHang() throws Exception {
        needsTwoConnections();
        put("k", random(LARGE, 1));
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<byte[]> read =
                    threads.submit(() ->
                            transport()
                                    .read(
                                            key("k"),
                                            ByteRange.ALL,
                                            in -> afterwards(in, reading, closed),
                                            Cancellation.never()));
            assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
            transport().close();
            closed.countDown();
            assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(random(LARGE, 1));
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(IOException.class);
        }
    }

    private static byte[] afterwards(InputStream in, CountDownLatch reading, CountDownLatch closed)
            throws IOException {
        byte[] first = in.readNBytes(1_000);
        reading.countDown();
        try {
            closed.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(first);
        in.transferTo(all);
        return all.toByteArray();
    }
}
