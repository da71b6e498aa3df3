package dev.packhorse.engine.archive;

import java.util.ArrayList;
import java.util.List;

/// Which members a reader leaves out, by their number in the stream, and the reasons, of which the
/// first thousand are kept for people. One thread.
final class SkipList {
    private static final int MOST_REASONS = 1_000;

    private final List<String> reasons = new ArrayList<>();
    private final LongList ordinals = new LongList();
    private long untold;

    /// Leaves out a member that nobody misses.
    void pass(long ordinal) {
        ordinals.add(ordinal);
    }

    /// Leaves out a member; the numbers must grow.
    void skip(long ordinal, String reason) {
        ordinals.add(ordinal);
        if (reasons.size() < MOST_REASONS) {
            reasons.add(reason);
        } else {
            untold++;
        }
    }

    /// Keeps a remark about the archive that concerns no single member.
    void remark(String text) {
        reasons.add(text);
    }

    boolean skips(long ordinal) {
        return ordinals.contains(ordinal);
    }

    List<String> reasons() {
        List<String> all = new ArrayList<>(reasons);
        if (untold > 0) {
            all.add("… and " + untold + " more");
        }
        return all;
    }
}
