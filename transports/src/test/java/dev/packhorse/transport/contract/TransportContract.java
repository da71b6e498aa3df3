package dev.packhorse.transport.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every transport promises. A driver's test extends it and opens an empty place for each
/// test.
public abstract class TransportContract extends SharingContract {
    @Test
    void aFreshPlaceIsEmptyAndAFullOneIsNot() throws IOException {
        assertThat(list("")).isEmpty();
        put("a", random(1, 1));
        assertThat(list("")).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 512, 65_536, 5 * 1024 * 1024 + 17})
    void whatWasPutIsReadBack(int size) throws IOException {
        byte[] bytes = random(size, size);
        put("2026-11-24/accounts/demo.tar.gz", bytes);
        assertThat(read("2026-11-24/accounts/demo.tar.gz", ByteRange.ALL)).isEqualTo(bytes);
        assertThat(transport().stat(key("2026-11-24/accounts/demo.tar.gz")))
                .hasValueSatisfying(info -> assertThat(info.sizeBytes()).isEqualTo(size));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plus+at@eq=",
                "dots.and-dashes_",
                ".hidden/below",
                "weekly/2026-11-22/accounts/x.tar"
            })
    void everyKeyOfTheGrammarWorks(String key) throws IOException {
        put(key, random(10, 3));
        assertThat(list("")).containsExactly(key);
        assertThat(read(key, ByteRange.ALL)).isEqualTo(random(10, 3));
    }

    @Test
    void aComponentOf255BytesWorks() throws IOException {
        String name = "n".repeat(255);
        put("d/" + name, random(3, 1));
        assertThat(list("d")).containsExactly("d/" + name);
    }

    @Test
    void anAbsentKeyIsMissingForReadAndEmptyForStat() throws IOException {
        assertKind(Kind.MISSING, () -> read("not/there", ByteRange.ALL));
        assertThat(transport().stat(key("not/there"))).isEmpty();
    }

    @Test
    void aFolderIsNoObject() throws IOException {
        put("folder/object", random(5, 5));
        assertThat(transport().stat(key("folder"))).isEmpty();
        assertKind(Kind.MISSING, () -> read("folder", ByteRange.ALL));
    }

    @Test
    void createRefusesATakenKeyAndKeepsIt() throws IOException {
        put("k", random(10, 1));
        assertKind(
                Kind.EXISTS,
                () ->
                        transport()
                                .put(
                                        key("k"),
                                        BytesContent.of(random(20, 2)),
                                        PutMode.CREATE,
                                        Cancellation.never()));
        assertThat(read("k", ByteRange.ALL)).isEqualTo(random(10, 1));
    }

    @Test
    void ofManyCreatesAtOnceTheObjectIsOneOfThem() throws Exception {
        List<Callable<Created>> tries = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            byte[] bytes = random(1000, i);
            tries.add(() -> created(bytes));
        }
        List<Created> ends = inParallel(tries);
        long won = ends.stream().filter(Created.WON::equals).count();
        // One whose try ended without a clear answer may have created it and not know.
        long mayHaveWon = won + ends.stream().filter(Created.UNCLEAR::equals).count();
        assertThat(mayHaveWon).isPositive();
        if (transport().traits().createsExclusively()) {
            assertThat(won).isLessThanOrEqualTo(1);
        }
        assertThat(list("")).containsExactly("k");
        byte[] stored = read("k", ByteRange.ALL);
        assertThat(IntStream.range(0, 8).anyMatch(i -> Arrays.equals(stored, random(1000, i))))
                .isTrue();
    }

    private enum Created {
        WON,
        LOST,
        /// It was taken after a failure that did not tell whether the object was stored.
        UNCLEAR
    }

    /// Tries as the engine does: again after a failure that may pass, which a place may well answer
    /// to writers that meet.
    private Created created(byte[] bytes) throws IOException {
        boolean unclear = false;
        for (int tries = 0; tries < 20; tries++) {
            try {
                Content content = BytesContent.of(bytes);
                transport().put(key("k"), content, PutMode.CREATE, Cancellation.never());
                return Created.WON;
            } catch (TransportException e) {
                if (e.kind() == Kind.EXISTS) {
                    return unclear ? Created.UNCLEAR : Created.LOST;
                }
                if (!e.kind().retryable()) {
                    throw e;
                }
                unclear = true;
            }
        }
        throw new AssertionError("the place fails without end");
    }

    @Test
    void replaceReplaces() throws IOException {
        put("k", random(100, 1));
        put("k", random(50, 2));
        assertThat(read("k", ByteRange.ALL)).isEqualTo(random(50, 2));
        assertThat(list("")).containsExactly("k");
    }

    @Test
    void putLeavesNothingWhenSourceIsShort() throws IOException {
        byte[] bytes = random(1000, 1);
        assertPutFails(Kind.CORRUPT, new BytesContent(bytes, 1001, BytesContent.digest(bytes)));
    }

    @Test
    void putLeavesNothingWhenSourceIsLong() throws IOException {
        byte[] bytes = random(1000, 1);
        assertPutFails(Kind.CORRUPT, new BytesContent(bytes, 999, BytesContent.digest(bytes)));
    }

    @Test
    void putLeavesNothingWhenDigestDiffers() throws IOException {
        assertPutFails(
                Kind.CORRUPT,
                new BytesContent(random(1000, 1), 1000, BytesContent.digest(random(1000, 2))));
    }

    @Test
    void putLeavesNothingWhenSourceFails() throws IOException {
        Content failing =
                new Content() {
                    @Override
                    public long sizeBytes() {
                        return 1 << 20;
                    }

                    @Override
                    public String sha256() {
                        return BytesContent.digest(new byte[0]);
                    }

                    @Override
                    public InputStream open() {
                        return new FailingStream(70_000);
                    }
                };
        assertThatThrownBy(() ->
                        transport().put(key("bad"), failing, PutMode.CREATE, Cancellation.never()))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.REFUSED))
                .hasRootCauseInstanceOf(IOException.class);
        assertThat(list("")).isEmpty();
    }

    private void assertPutFails(Kind kind, Content content) throws IOException {
        assertKind(
                kind,
                () -> transport().put(key("bad"), content, PutMode.CREATE, Cancellation.never()));
        assertThat(transport().stat(key("bad"))).isEmpty();
        assertThat(list("")).isEmpty();
    }

    @Test
    void aFailedReplaceKeepsTheOldObject() throws IOException {
        put("k", random(10, 1));
        Content lying = new BytesContent(random(20, 2), 21, BytesContent.digest(random(20, 2)));
        assertKind(
                Kind.CORRUPT,
                () -> transport().put(key("k"), lying, PutMode.REPLACE, Cancellation.never()));
        assertThat(read("k", ByteRange.ALL)).isEqualTo(random(10, 1));
    }

    @Test
    void rangesAreExact() throws IOException {
        byte[] bytes = random(100_000, 9);
        put("k", bytes);
        Random random = new Random(4);
        // Without ranges each try fetches the whole object.
        int tries = transport().traits().readsRanges() ? 50 : 8;
        for (int i = 0; i < tries; i++) {
            int offset = random.nextInt(bytes.length);
            int length = random.nextInt(bytes.length - offset);
            assertThat(read("k", new ByteRange(offset, length)))
                    .isEqualTo(Arrays.copyOfRange(bytes, offset, offset + length));
        }
    }

    @Test
    void aRangeThatReachesPastTheEndIsCut() throws IOException {
        put("k", random(100, 9));
        assertThat(read("k", new ByteRange(90, 100))).hasSize(10);
    }

    @Test
    void aRangePastTheEndIsRefused() throws IOException {
        put("k", random(100, 9));
        assertKind(Kind.RANGE, () -> read("k", new ByteRange(100, 1)));
        assertKind(Kind.RANGE, () -> read("k", new ByteRange(1_000, 1)));
    }

    @Test
    void aLongListingFindsEachObjectOnceBelowItsPrefix() throws Exception {
        List<String> expected = new ArrayList<>();
        List<Callable<Boolean>> puts = new ArrayList<>();
        for (int i = 0; i < many(); i++) {
            String key = "many/o" + i;
            expected.add(key);
            puts.add(() ->
                    patiently(() -> {
                        put(key, new byte[] {1});
                        return true;
                    }));
        }
        inParallel(puts);
        put("many2", new byte[] {1});
        assertThat(list("many")).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void listingStopsWhenTheVisitorSaysSo() throws IOException {
        put("a", random(1, 1));
        put("b", random(1, 1));
        List<String> seen = new ArrayList<>();
        transport()
                .list(
                        "",
                        object -> {
                            seen.add(object.key().value());
                            return false;
                        },
                        Cancellation.never());
        assertThat(seen).hasSize(1);
    }

    @Test
    void listingOfAnAbsentPrefixIsEmpty() throws IOException {
        assertThat(list("nothing/here")).isEmpty();
    }

    @Test
    void deleteRemovesExactlyTheObjectAndIsSuccessForAnAbsentOne() throws IOException {
        put("d/a", random(1, 1));
        put("d/b", random(1, 1));
        transport().delete(key("d/a"));
        transport().delete(key("d/a"));
        transport().delete(key("nowhere/at/all"));
        transport().delete(key("d"));
        assertThat(list("")).containsExactly("d/b");
    }

    /// Whether empty folders are things that can be removed there.
    protected boolean hasFolders() {
        return false;
    }

    @Test
    void onlyAFolderThatHoldsNothingIsRemoved() throws IOException {
        put("2026-11-24/accounts/a", random(10, 1));
        put("2026-11-24/accounts/.x/b", random(10, 2));
        assertThat(transport().removeEmptyFolder(key("2026-11-24"))).isFalse();
        assertThat(transport().removeEmptyFolder(key("2026-11-24/accounts"))).isFalse();
        assertThat(transport().removeEmptyFolder(key("2026-11-24/accounts/a"))).isFalse();
        assertThat(transport().removeEmptyFolder(key("nowhere/at/all"))).isFalse();
        assertThat(list(""))
                .containsExactlyInAnyOrder("2026-11-24/accounts/.x/b", "2026-11-24/accounts/a");

        transport().delete(key("2026-11-24/accounts/.x/b"));
        assertThat(transport().removeEmptyFolder(key("2026-11-24/accounts/.x")))
                .isEqualTo(hasFolders());
        assertThat(transport().removeEmptyFolder(key("2026-11-24/accounts"))).isFalse();
        transport().delete(key("2026-11-24/accounts/a"));
        assertThat(transport().removeEmptyFolder(key("2026-11-24/accounts")))
                .isEqualTo(hasFolders());
        assertThat(transport().removeEmptyFolder(key("2026-11-24/accounts"))).isFalse();
        assertThat(transport().removeEmptyFolder(key("2026-11-24"))).isEqualTo(hasFolders());
        put("2026-11-24/accounts/.x/b", random(10, 3));
        assertThat(list("")).containsExactly("2026-11-24/accounts/.x/b");
    }

    /// Folders are removed again and again while uploads make them.
    @Test
    void uploadsMakeAgainWhatIsRemovedUnderThem() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> sweeping =
                    threads.submit(() -> {
                        int removed = 0;
                        while (!done.get()) {
                            Thread.sleep(30);
                            for (String folder : List.of("day/in/it", "day/in", "day")) {
                                removed += transport().removeEmptyFolder(key(folder)) ? 1 : 0;
                            }
                        }
                        return removed;
                    });
            try {
                for (int i = 0; i < 5; i++) {
                    byte[] bytes = random(100, i);
                    patiently(() -> {
                        put("day/in/it/x", bytes);
                        return true;
                    });
                    assertThat(list("")).containsExactly("day/in/it/x");
                    transport().delete(key("day/in/it/x"));
                }
            } finally {
                done.set(true);
            }
            int removed = sweeping.get();
            assertThat(removed).isBetween(0, hasFolders() ? Integer.MAX_VALUE : 0);
        }
    }

    @Test
    void aCancelledPutLeavesNothing() throws IOException {
        CancellationSource cancellation = new CancellationSource();
        Content content = BytesContent.of(random(3 << 20, 1));
        Content cancelling =
                new Content() {
                    @Override
                    public long sizeBytes() {
                        return content.sizeBytes();
                    }

                    @Override
                    public String sha256() {
                        return content.sha256();
                    }

                    @Override
                    public InputStream open() throws IOException {
                        cancellation.request();
                        return content.open();
                    }
                };
        assertThatThrownBy(
                        () -> transport().put(key("k"), cancelling, PutMode.CREATE, cancellation))
                .isInstanceOf(CancelledException.class);
        assertThat(list("")).isEmpty();
    }

    @Test
    void aCancelledReadEnds() throws IOException {
        put("k", random(3 << 20, 1));
        CancellationSource cancellation = new CancellationSource();
        assertThatThrownBy(() ->
                        transport()
                                .read(
                                        key("k"),
                                        ByteRange.ALL,
                                        bytes -> {
                                            cancellation.request();
                                            return bytes.readAllBytes();
                                        },
                                        cancellation))
                .isInstanceOf(CancelledException.class);
    }

    @Test
    void aCancelledListingEnds() throws IOException {
        put("a", random(1, 1));
        CancellationSource cancellation = new CancellationSource();
        cancellation.request();
        assertThatThrownBy(() -> transport().list("", _ -> true, cancellation))
                .isInstanceOf(CancelledException.class);
    }

    @Test
    void sixteenThreadsDoNotDisturbEachOther() throws Exception {
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String key = "t/" + i;
            byte[] bytes = random(200_000, i);
            calls.add(() ->
                    patiently(() -> {
                        put(key, bytes);
                        return Arrays.equals(read(key, ByteRange.ALL), bytes);
                    }));
        }
        assertThat(inParallel(calls)).hasSize(16).containsOnly(true);
    }

    @Test
    void capacityIsPlausibleWhereItIsTold() throws IOException {
        transport()
                .capacity()
                .ifPresent(capacity -> {
                    assertThat(capacity.totalBytes()).isPositive();
                    assertThat(capacity.freeBytes()).isBetween(0L, capacity.totalBytes());
                });
    }
}
