package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.AlikeRange;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Cuts a content into parts so that what the place has already is in parts of its own. No part is
/// smaller than the place takes, but for the last: a short range between two that are alike is sent
/// together with what follows it.
final class PartCuts {
    /// Object stores take 10,000.
    private static final int MOST_PARTS = 9_000;

    private final PartPlan plan;
    private final long least;
    private final List<Run> runs = new ArrayList<>();

    private PartCuts(PartPlan plan, ByteSize least) {
        this.plan = plan;
        this.least = least.bytes();
    }

    /// A part to be.
    record Cut(int length, Optional<PartOrigin> origin) {}

    /// A range of the content, fresh or alike as a whole.
    private record Run(long offset, long end, Optional<PartOrigin> origin) {
        long length() {
            return end - offset;
        }

        Optional<PartOrigin> originAt(long place) {
            return origin.map(
                    first -> new PartOrigin(first.object(), first.offset() + (place - offset)));
        }
    }

    /// The parts of a content in their order.
    ///
    /// @param least the smallest part that the place takes, but for the last
    /// @param alike hints; those that contradict each other or the content's size are left out
    static List<Cut> of(PartPlan plan, ByteSize least, List<AlikeRange> alike) {
        PartCuts cuts = new PartCuts(plan, least);
        cuts.addRuns(joined(alike, plan.contentBytes()));
        List<Cut> parts = cuts.parts();
        return parts.size() <= MOST_PARTS ? parts : even(plan);
    }

    private static List<Cut> even(PartPlan plan) {
        List<Cut> parts = new ArrayList<>();
        for (int number = 1; number <= plan.count(); number++) {
            parts.add(new Cut(plan.lengthOf(number), Optional.empty()));
        }
        return parts;
    }

    /// Joins ranges that follow each other in content and object alike.
    private static List<AlikeRange> joined(List<AlikeRange> alike, long contentBytes) {
        List<AlikeRange> joined = new ArrayList<>();
        long end = 0;
        for (AlikeRange range : alike) {
            if (range.offset() < end || range.sizeBytes() > contentBytes - range.offset()) {
                continue;
            }
            end = range.end();
            if (!joined.isEmpty() && follows(joined.getLast(), range)) {
                AlikeRange before = joined.removeLast();
                joined.add(alike(before.offset(), end, before.object(), before.objectOffset()));
            } else {
                joined.add(range);
            }
        }
        return joined;
    }

    private static boolean follows(AlikeRange before, AlikeRange range) {
        return before.end() == range.offset()
                && before.object().equals(range.object())
                && before.objectOffset() + before.sizeBytes() == range.objectOffset();
    }

    private static AlikeRange alike(long offset, long end, ObjectKey object, long objectOffset) {
        return new AlikeRange(offset, end - offset, object, objectOffset);
    }

    private void addRuns(List<AlikeRange> alike) {
        long fresh = 0;
        for (AlikeRange range : alike) {
            long from = Math.max(range.offset(), fresh == range.offset() ? fresh : fresh + least);
            if (range.end() - from < least) {
                continue;
            }
            if (from > fresh) {
                runs.add(new Run(fresh, from, Optional.empty()));
            }
            long objectOffset = range.objectOffset() + (from - range.offset());
            runs.add(
                    new Run(
                            from,
                            range.end(),
                            Optional.of(new PartOrigin(range.object(), objectOffset))));
            fresh = range.end();
        }
        if (fresh < plan.contentBytes()) {
            runs.add(new Run(fresh, plan.contentBytes(), Optional.empty()));
        }
    }

    private List<Cut> parts() {
        List<Cut> parts = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            addParts(runs.get(i), i == runs.size() - 1, parts);
        }
        return parts;
    }

    /// The last run of all is cut as a content without hints is; the others evenly, since each of
    /// their parts must have the least length.
    private void addParts(Run run, boolean last, List<Cut> parts) {
        long fitting = (run.length() + plan.partBytes() - 1) / plan.partBytes();
        long count = last ? fitting : Math.clamp(run.length() / least, 1, fitting);
        long longer = run.length() % count;
        long at = run.offset();
        for (long i = 0; i < count; i++) {
            long length =
                    last
                            ? Math.min(plan.partBytes(), run.end() - at)
                            : run.length() / count + (i < longer ? 1 : 0);
            parts.add(new Cut(Math.toIntExact(length), run.originAt(at)));
            at += length;
        }
    }
}
