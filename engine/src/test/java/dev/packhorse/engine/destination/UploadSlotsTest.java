package dev.packhorse.engine.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Servers that know each other by nothing but the files in one folder.
class UploadSlotsTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final SlotTimes TIMES =
            new SlotTimes(
                    Duration.ofMillis(20),
                    LONG,
                    LONG,
                    LONG,
                    Duration.ofMillis(1),
                    Duration.ofMillis(1),
                    Duration.ofMillis(300));

    @TempDir Path work;
    private Path shared;
    private HookedPlace.Hook hook = _ -> {};
    private Optional<Instant> lock = Optional.empty();
    private volatile Optional<TransportException> failure = Optional.empty();
    private final AtomicLong nanos = new AtomicLong(System.nanoTime());

    @BeforeEach
    void folder() throws IOException {
        shared = Files.createDirectory(work.resolve("shared"));
    }

    private Transport open(Destination destination) throws TransportException {
        assertThat(DestinationPlace.of(destination).folder()).isEqualTo("slots");
        if (failure.isPresent()) {
            throw failure.get();
        }
        return new HookedPlace(new LocalTransport(shared), hook, lock);
    }

    private static Destination far(int slots) {
        return new Destination(
                DestinationId.random(),
                DestinationType.LOCAL,
                "far",
                false,
                "",
                false,
                false,
                30,
                new DestinationSettings.Local("/far", true, true),
                Optional.of(new SlotLimit(slots, "/slots")));
    }

    private UploadSlots server(String digit, SlotTimes times) {
        return new UploadSlots(
                this::open,
                new ServerIdentity(digit.repeat(32), digit + ".example"),
                times,
                () -> nanos.incrementAndGet());
    }

    private UploadSlots server(String digit) {
        return server(digit, TIMES);
    }

    private static Optional<UploadSlot> claim(UploadSlots server, int slots) throws IOException {
        return switch (server.claim(far(slots), Cancellation.never())) {
            case UploadSlots.Granted(var slot) -> Optional.of(slot);
            case UploadSlots.Waits _ -> Optional.empty();
        };
    }

    /// A look that is not too soon after the one before.
    private Optional<UploadSlot> claimLater(UploadSlots server, int slots) throws IOException {
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        return claim(server, slots);
    }

    private List<String> tokens(String kind) throws IOException {
        Path folder = shared.resolve(SlotToken.PREFIX);
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(kind))
                    .sorted()
                    .toList();
        }
    }

    private void removeTokens() throws IOException {
        for (String name : tokens("")) {
            Files.deleteIfExists(shared.resolve(SlotToken.PREFIX).resolve(name));
        }
    }

    @Test
    void whoeverWaitsIsToldForWhatAndGetsTheSlotThatIsGivenBack() throws IOException {
        UploadSlots one = server("a");
        UploadSlots two = server("b");
        UploadSlot slot = claim(one, 1).orElseThrow();
        assertThat(two.claim(far(1), Cancellation.never()))
                .isInstanceOfSatisfying(
                        UploadSlots.Waits.class,
                        waits ->
                                assertThat(waits.reason())
                                        .isEqualTo("waits for the one upload slot at far"));
        slot.close();
        assertThat(tokens("held")).isEmpty();
        try (UploadSlot next = claimLater(two, 1).orElseThrow()) {
            assertThat(next.isLost()).isFalse();
            assertThat(tokens("waits")).isEmpty();
            assertThat(claimLater(one, 1)).isEmpty();
            assertThat(claimLater(one, 2))
                    .as("as it was told")
                    .isPresent()
                    .get()
                    .satisfies(UploadSlot::close);
        }
    }

    /// The worst moment: each has seen no other, both have written, and only then both look again.
    @Test
    void ofTwoThatComeAtTheSameMomentOneHasTheSlot() throws Exception {
        for (int round = 0; round < 3; round++) {
            CountDownLatch looked = new CountDownLatch(2);
            CountDownLatch stored = new CountDownLatch(2);
            Set<String> once = ConcurrentHashMap.newKeySet();
            hook =
                    call -> {
                        String first = Thread.currentThread().getName() + call.split("-", 2)[0];
                        if (once.add(first)) {
                            meet(
                                    call.startsWith("list") ? looked : stored,
                                    !call.startsWith("delete") && !call.contains("waits"));
                        }
                    };
            UploadSlots one = server("a");
            UploadSlots two = server("b");
            List<Optional<UploadSlot>> got =
                    atOnce(List.of(() -> claim(one, 1), () -> claim(two, 1)));
            assertThat(got.stream().filter(Optional::isPresent)).hasSize(1);
            hook = _ -> {};
            got.forEach(each -> each.ifPresent(UploadSlot::close));
            removeTokens();
        }
    }

    private static void meet(CountDownLatch both, boolean wanted) {
        if (!wanted) {
            return;
        }
        both.countDown();
        try {
            assertThat(both.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(calls)) {
                results.add(each.get());
            }
            return results;
        }
    }

    @Test
    void threeServersNeverUploadMoreThanTwiceAtATimeAndAllGetTheirTurn() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Callable<Integer>> uploads = new ArrayList<>();
        for (String digit : List.of("a", "b", "c")) {
            UploadSlots server =
                    new UploadSlots(
                            this::open,
                            new ServerIdentity(digit.repeat(32), digit),
                            TIMES,
                            System::nanoTime);
            for (int lane = 0; lane < 2; lane++) {
                uploads.add(() -> uploads(server, running, most));
            }
        }
        assertThat(atOnce(uploads)).containsOnly(5);
        assertThat(most).hasValueBetween(1, 2);
        assertThat(tokens("held")).isEmpty();
    }

    private static int uploads(UploadSlots server, AtomicInteger running, AtomicInteger most)
            throws IOException {
        int done = 0;
        while (done < 5) {
            switch (server.claim(far(2), Cancellation.never())) {
                case UploadSlots.Waits(var delay, _) -> LockSupport.parkNanos(delay.toNanos());
                case UploadSlots.Granted(var slot) -> {
                    try (slot) {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        LockSupport.parkNanos(10_000_000);
                        assertThat(slot.isLost()).isFalse();
                        running.decrementAndGet();
                    }
                    done++;
                }
            }
        }
        return done;
    }

    @Test
    void theSlotOfAServerThatIsKilledIsFreeAfterAWhileAndThatOfOneThatLivesIsNot()
            throws IOException {
        SlotTimes silent =
                new SlotTimes(
                        LONG, LONG.multipliedBy(2), LONG, LONG, Duration.ZERO, Duration.ZERO, LONG);
        UploadSlot killed = claim(server("a", silent), 2).orElseThrow();
        UploadSlot alive = claim(server("b"), 2).orElseThrow();
        UploadSlots watcher = server("c");
        assertThat(claim(watcher, 2)).isEmpty();
        String before = tokens("held-").toString();
        Eventually.holds("one is renewed", () -> !before.equals(look("held-")));
        nanos.addAndGet(LONG.toNanos() * 2);
        try (UploadSlot taken = claim(watcher, 2).orElseThrow()) {
            assertThat(tokens("held-"))
                    .noneMatch(name -> name.contains("a".repeat(32)))
                    .anyMatch(name -> name.contains("b".repeat(32)));
            assertThat(alive.isLost() || taken.isLost()).isFalse();
        }
        alive.close();
        killed.close();
    }

    private String look(String kind) {
        try {
            return tokens(kind).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoseTokenOthersHaveTakenAwayStops() throws IOException {
        UploadSlot slot = claim(server("a"), 1).orElseThrow();
        assertThat(slot.cancellation().isRequested()).isFalse();
        // While it is renewed there are two for a moment.
        Eventually.holds(
                "it is lost",
                () -> {
                    try {
                        removeTokens();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                    return slot.isLost();
                });
        assertThat(slot.cancellation().isRequested()).isTrue();
        slot.close();
    }

    @Test
    void aSlotThatCannotBeRenewedIsLostBeforeOthersTakeIt() throws IOException {
        SlotTimes short_ =
                new SlotTimes(
                        Duration.ofMillis(20),
                        Duration.ofMillis(500),
                        LONG,
                        LONG,
                        Duration.ofMillis(1),
                        Duration.ofMillis(1),
                        Duration.ofMillis(1));
        UploadSlots server = server("a", short_);
        UploadSlot slot = claim(server, 1).orElseThrow();
        failure = Optional.of(new TransportException(Kind.UNAVAILABLE, "the place is away"));
        Eventually.holds("it is lost", slot::isLost);
        assertThat(slot.cancellation().isRequested()).isTrue();
        slot.close();
        assertThat(tokens("held")).as("could not be given back").isNotEmpty();
        failure = Optional.empty();
        try (UploadSlot again = claimLater(server, 1).orElseThrow()) {
            assertThat(tokens("held")).as("what it had left is gone").hasSizeBetween(1, 2);
            assertThat(again.cancellation().isRequested()).isFalse();
        }
    }

    @Test
    void anUploadThatJustEndedDoesNotPassThoseThatWait() throws IOException {
        UploadSlots busy = server("a");
        UploadSlots patient = server("b");
        UploadSlots late = server("c");
        UploadSlot slot = claim(busy, 1).orElseThrow();
        assertThat(claimLater(patient, 1)).isEmpty();
        assertThat(claimLater(late, 1)).isEmpty();
        slot.close();
        assertThat(claimLater(busy, 1)).as("it was there last").isEmpty();
        assertThat(claimLater(late, 1)).as("another came before").isEmpty();
        claimLater(patient, 1).orElseThrow().close();
        claimLater(late, 1).orElseThrow().close();
        claimLater(busy, 1).orElseThrow().close();
        assertThat(tokens("")).isEmpty();
    }

    @Test
    void aPlaceInTheLineIsEmptyWhenItsServerAsksNoMore() throws IOException {
        UploadSlot slot = claim(server("a"), 1).orElseThrow();
        assertThat(claimLater(server("b"), 1)).isEmpty();
        UploadSlots next = server("c");
        assertThat(claimLater(next, 1)).isEmpty();
        slot.close();
        assertThat(claimLater(next, 1)).isEmpty();
        nanos.addAndGet(LONG.toNanos() * 2);
        claim(next, 1).orElseThrow().close();
    }

    @Test
    void twoDestinationsOfOneServerMayLeadToOneFolder() throws IOException {
        UploadSlots server = server("a");
        UploadSlot first = claim(server, 2).orElseThrow();
        UploadSlots.Answer answer = server.claim(alsoFar(2), Cancellation.never());
        assertThat(answer).isInstanceOf(UploadSlots.Granted.class);
        UploadSlot second = ((UploadSlots.Granted) answer).slot();
        assertThat(claim(server("b"), 2)).isEmpty();
        assertThat(server.claim(alsoFar(2), Cancellation.never()))
                .isInstanceOf(UploadSlots.Waits.class);
        assertThat(first.isLost() || second.isLost()).isFalse();
        first.close();
        second.close();
    }

    private static Destination alsoFar(int slots) {
        return new Destination(
                DestinationId.random(),
                DestinationType.CUSTOM,
                "far by another name",
                false,
                "",
                false,
                false,
                30,
                new DestinationSettings.Remote(
                        new TreeMap<>(Map.of("script", "/far", "path", "mine")), new TreeMap<>()),
                Optional.of(new SlotLimit(slots, "slots")));
    }

    /// As a listing that read the names before a renewal, and the sizes after it.
    @Test
    void aTokenThatOneListingMissesCountsStill() throws IOException {
        SlotTimes calm =
                new SlotTimes(
                        LONG, LONG.multipliedBy(2), LONG, LONG, Duration.ZERO, Duration.ZERO, LONG);
        UploadSlot slot = claim(server("a", calm), 1).orElseThrow();
        Path token = shared.resolve(SlotToken.PREFIX).resolve(tokens("held").getFirst());
        Path aside = work.resolve("aside");
        Files.move(token, aside);
        AtomicInteger lists = new AtomicInteger();
        hook =
                call -> {
                    if (call.startsWith("list") && lists.incrementAndGet() == 2) {
                        move(aside, token);
                    }
                };
        assertThat(claim(server("b"), 1)).isEmpty();
        hook = _ -> {};
        slot.close();
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatAnEarlierLifeOfTheServerLeftIsFreeAtOnce() throws IOException {
        UploadSlot killed = claim(server("a"), 1).orElseThrow();
        claim(server("a"), 1).orElseThrow().close();
        killed.close();
    }

    @Test
    void aClaimThatFailsAfterItWasStoredLeavesNoSlotTaken() throws IOException {
        UploadSlots server = server("a");
        hook =
                call -> {
                    if (call.startsWith("put")) {
                        throw new TransportException(Kind.TIMED_OUT, "no answer");
                    }
                };
        assertThatThrownBy(() -> claim(server, 1)).hasMessage("no answer");
        hook = _ -> {};
        claim(server, 1).orElseThrow().close();
    }

    @Test
    void aPlaceThatLocksWhatIsStoredIsRefused() {
        lock = Optional.of(Instant.parse("2026-06-01T00:00:00Z"));
        assertThatThrownBy(() -> claim(server("a"), 1))
                .hasMessageContaining("objects are locked there until 2026-06-01")
                .isInstanceOfSatisfying(
                        TransportException.class,
                        e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED));
    }

    @Test
    void ofManyUploadsThatWaitOneAsksThePlace() throws IOException {
        AtomicInteger looks = new AtomicInteger();
        UploadSlot slot = claim(server("a"), 1).orElseThrow();
        hook =
                call -> {
                    if (call.startsWith("list")
                            && !Thread.currentThread().getName().equals("packhorse-slot")) {
                        looks.incrementAndGet();
                    }
                };
        SlotTimes rare = new SlotTimes(LONG, LONG, LONG, LONG, LONG, LONG.multipliedBy(3), LONG);
        UploadSlots server = server("b", rare);
        UploadSlots.Waits first = (UploadSlots.Waits) server.claim(far(1), Cancellation.never());
        for (int upload = 0; upload < 100; upload++) {
            UploadSlots.Waits other =
                    (UploadSlots.Waits) server.claim(far(1), Cancellation.never());
            assertThat(other.delay()).isGreaterThan(first.delay());
        }
        assertThat(looks).hasValue(1);
        slot.close();
    }

    @Test
    void otherObjectsThereAreNoTokens() throws IOException {
        Path folder = Files.createDirectories(shared.resolve(SlotToken.PREFIX));
        for (String name :
                List.of("readme.txt", "held-1-2-3", "waits-000000000001-" + "a".repeat(32))) {
            Files.writeString(folder.resolve(name), "x");
        }
        claim(server("b"), 1).orElseThrow().close();
        assertThat(tokens("")).hasSize(3);
    }
}
