package dev.packhorse.transport.parts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.spi.AlikeRange;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartCutsTest {
    private static final ObjectKey OLD = new ObjectKey("old");
    private static final ByteSize LEAST = new ByteSize(5);

    private static List<PartCuts.Cut> cuts(long size, int part, AlikeRange... alike) {
        return PartCuts.of(new PartPlan(size, part), LEAST, List.of(alike));
    }

    private static PartCuts.Cut fresh(int length) {
        return new PartCuts.Cut(length, Optional.empty());
    }

    private static PartCuts.Cut alike(int length, long from) {
        return new PartCuts.Cut(length, Optional.of(new PartOrigin(OLD, from)));
    }

    @Test
    void withoutHintsAllPartsAreOfOneSize() {
        assertThat(cuts(25, 10)).containsExactly(fresh(10), fresh(10), fresh(5));
        assertThat(cuts(0, 10)).isEmpty();
        assertThat(cuts(3, 10)).containsExactly(fresh(3));
    }

    @Test
    void whatIsAlikeIsInPartsOfItsOwn() {
        assertThat(cuts(40, 10, new AlikeRange(7, 20, OLD, 100)))
                .containsExactly(fresh(7), alike(10, 100), alike(10, 110), fresh(10), fresh(3));
    }

    @Test
    void rangesThatFollowEachOtherAreOne() {
        assertThat(
                        cuts(
                                20,
                                20,
                                new AlikeRange(0, 3, OLD, 50),
                                new AlikeRange(3, 4, OLD, 53),
                                new AlikeRange(7, 8, OLD, 57)))
                .containsExactly(alike(15, 50), fresh(5));
    }

    @Test
    void aGapThatIsTooSmallForAPartTakesFromWhatFollows() {
        assertThat(cuts(30, 20, new AlikeRange(0, 10, OLD, 0), new AlikeRange(12, 18, OLD, 12)))
                .containsExactly(alike(10, 0), fresh(5), alike(15, 15));
    }

    @Test
    void whatIsTooShortToBeCopiedIsSent() {
        assertThat(cuts(30, 20, new AlikeRange(8, 4, OLD, 0), new AlikeRange(13, 9, OLD, 40)))
                .containsExactly(fresh(13), alike(9, 40), fresh(8));
    }

    @Test
    void hintsThatContradictEachOtherOrTheSizeAreLeftOut() {
        assertThat(
                        cuts(
                                20,
                                20,
                                new AlikeRange(0, 10, OLD, 0),
                                new AlikeRange(5, 10, OLD, 5),
                                new AlikeRange(12, 9, OLD, 12)))
                .containsExactly(alike(10, 0), fresh(10));
    }

    @Test
    void tooManyRangesAreNoHelp() {
        List<AlikeRange> ranges = new ArrayList<>();
        for (int i = 0; i < 9_001; i++) {
            ranges.add(new AlikeRange(10L * i + 5, 5, OLD, 7L * i));
        }
        List<PartCuts.Cut> cuts = PartCuts.of(new PartPlan(90_010, 1_000), LEAST, ranges);
        assertThat(cuts).hasSize(91).allMatch(cut -> cut.origin().isEmpty());
    }

    @Test
    void whateverTheHintsThePartsAreTheContent() {
        Random random = new Random(4);
        for (int round = 0; round < 2_000; round++) {
            int size = 1 + random.nextInt(400);
            int part = 10 + random.nextInt(30);
            List<AlikeRange> ranges = new ArrayList<>();
            for (long at = random.nextInt(20); at < size; at += random.nextInt(30)) {
                AlikeRange range = new AlikeRange(at, 1 + random.nextInt(60), OLD, at * 3);
                ranges.add(range);
                at = random.nextInt(10) == 0 ? at : range.end();
            }
            assertRight(size, part, ranges);
        }
    }

    private static void assertRight(int size, int part, List<AlikeRange> ranges) {
        List<PartCuts.Cut> cuts = PartCuts.of(new PartPlan(size, part), LEAST, ranges);
        long at = 0;
        for (int i = 0; i < cuts.size(); i++) {
            PartCuts.Cut cut = cuts.get(i);
            if (i < cuts.size() - 1) {
                assertThat(cut.length()).isGreaterThanOrEqualTo(5);
            }
            assertThat(cut.length()).isBetween(1, part);
            long begin = at;
            cut.origin()
                    .ifPresent(origin ->
                            assertThat(ranges)
                                    .anyMatch(range ->
                                            range.offset() <= begin
                                                    && begin < range.end()
                                                    && origin.offset() - range.objectOffset()
                                                            == begin - range.offset()));
            at += cut.length();
        }
        assertThat(at).isEqualTo(size);
    }
}
