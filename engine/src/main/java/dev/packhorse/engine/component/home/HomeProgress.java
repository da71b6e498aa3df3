package dev.packhorse.engine.component.home;

import dev.packhorse.engine.component.ModuleProgress;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many members of an archive a restore has brought into a home for good. The order of an
/// archive is always the same, so that a restore that was killed need not write again what an
/// earlier try has written and synced. One restore, one thread.
final class HomeProgress {
    private static final Pattern STATE = Pattern.compile("([0-9]{1,18}) of ([0-9a-f]{0,128})");

    private final ModuleProgress kept;
    private final String archive;
    private final Directory home;
    private final HomeJournal journal;
    private final WriteBehind behind;
    private final long pauseNanos;
    private final long before;
    private long begun;
    private long newest = System.nanoTime();

    /// @param journal learns which member it is, and is synced with the home
    /// @param behind learns how much is written
    /// @param pause how often the home is synced and its state is kept, at most
    HomeProgress(
            RestoreContext context,
            Directory home,
            HomeJournal journal,
            WriteBehind behind,
            Duration pause) {
        this.kept = context.progress();
        this.archive = context.facts().sha256();
        this.home = home;
        this.journal = journal;
        this.behind = behind;
        this.pauseNanos = pause.toNanos();
        this.before = done(context);
    }

    /// How many members of this archive earlier tries have brought into the home for good.
    static long done(RestoreContext context) {
        String archive = context.facts().sha256();
        return context.progress().before().flatMap(state -> ofSame(state, archive)).orElse(0L);
    }

    private static Optional<Long> ofSame(String state, String archive) {
        Matcher matcher = STATE.matcher(state);
        return matcher.matches() && matcher.group(2).equals(archive)
                ? Optional.of(Long.parseLong(matcher.group(1)))
                : Optional.empty();
    }

    /// The next member comes; all before it are done.
    void next() throws IOException {
        if (begun > before && System.nanoTime() - newest >= pauseNanos) {
            keep();
        }
        begun++;
        journal.at(begun);
    }

    /// So many bytes more of the archive's content are in the home.
    void restored(long bytes) {
        behind.wrote(bytes);
        kept.restored(bytes);
    }

    /// Whether an earlier try had brought the present member into the home.
    boolean wasDone() {
        return begun <= before;
    }

    /// The restore stops before the present member is done.
    ///
    /// @return whether it goes on later, and what is done stays
    boolean stops() throws IOException {
        if (!kept.goesOnLater()) {
            return false;
        }
        begun = Math.max(begun - 1, before);
        keep();
        return true;
    }

    private void keep() throws IOException {
        journal.sync();
        home.syncFileSystem();
        kept.reached(begun + " of " + archive);
        newest = System.nanoTime();
    }
}
