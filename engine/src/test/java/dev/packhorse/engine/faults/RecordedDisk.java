package dev.packhorse.engine.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Remembers every change below a folder, in order, so that power can be cut after each of them.
/// What the changes were acknowledged with is noted by [#now]. Safe for many threads; a change and
/// its record are one step.
///
/// Nothing is synced for real, which would only cost time: what matters is what was asked for.
public final class RecordedDisk implements Changes {
    private final Path root;
    private final Disk before;
    private final List<Change> changes = new ArrayList<>();

    private RecordedDisk(Path folder, Disk before) {
        this.root = FaultyFiles.of(folder, this);
        this.before = before;
    }

    /// Begins with what is in a folder, all of it on the disk.
    public static RecordedDisk of(Path folder) throws IOException {
        return new RecordedDisk(folder, Disk.of(folder));
    }

    /// The folder, through this.
    public Path root() {
        return root;
    }

    @Override
    public synchronized <R> R make(Change change, Action<R> action) throws IOException {
        if (change instanceof Change.Sync) {
            changes.add(change);
            @SuppressWarnings("unchecked") // the action of a sync returns that it was done
            R done = (R) Boolean.TRUE;
            return done;
        }
        R result = action.run();
        if (!Boolean.FALSE.equals(result)) {
            changes.add(change);
        }
        return result;
    }

    /// How many changes were made up to now: what was acknowledged before this call holds after
    /// each cut at this number or a later one.
    public synchronized int now() {
        return changes.size();
    }

    /// Cuts the power again and again, in the order of the changes.
    ///
    /// @param from the first number of changes to cut after
    /// @param step every how many changes
    /// @param seeds how often at each place
    /// @param folder where each state is laid out, below a folder of its own
    /// @param look is shown each state
    /// @return how often
    public <X extends Exception> int cut(int from, int step, long seeds, Path folder, Look<X> look)
            throws IOException, X {
        Disk disk = before.copy();
        int cuts = 0;
        List<Change> all = List.copyOf(changes);
        for (int made = 0; made <= all.size(); made++) {
            if (made > 0) {
                disk.apply(all.get(made - 1));
            }
            if (made >= from && ((made - from) % step == 0 || made == all.size())) {
                for (long seed = 0; seed < seeds; seed++) {
                    Path state = folder.resolve("cut-" + made + "-" + seed);
                    disk.layOut(state, Survival.drawn(new Random(made * 1_000_003L + seed), seed));
                    shown(look, state, made, seed);
                    cuts++;
                }
            }
        }
        return cuts;
    }

    private static <X extends Exception> void shown(Look<X> look, Path state, int made, long seed)
            throws IOException, X {
        try {
            look.at(state, made);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "power cut after change " + made + ", seed " + seed + ": " + e.getMessage(), e);
        }
        Disk.clear(state);
    }

    /// Looks at what a power cut left.
    public interface Look<X extends Exception> {
        /// Looks at one state.
        ///
        /// @param root where it is laid out
        /// @param made after how many changes the power went
        void at(Path root, int made) throws IOException, X;
    }
}
