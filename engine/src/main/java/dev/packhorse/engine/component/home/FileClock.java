package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.FileStat;
import java.time.Duration;
import java.time.Instant;

/// Tells whether a later change of a file would show in its times. The kernel's clock for files
/// moves in steps; what changed shortly before it is looked at may change again within the same
/// step. The time of status change is what counts: nobody can set it.
///
/// @param lastSettledSecond changes up to here are told apart from all later ones
record FileClock(long lastSettledSecond) {
    /// Coarse file systems keep steps of two seconds.
    private static final Duration STEP = Duration.ofSeconds(2);

    /// Nothing is told apart.
    static final FileClock UNKNOWN = new FileClock(Long.MIN_VALUE);

    /// The clock of a walk that begins now.
    static FileClock now() {
        return new FileClock(Instant.now().minus(STEP).getEpochSecond() - 1);
    }

    boolean isSettled(FileStat stat) {
        return stat.ctimeSeconds() <= lastSettledSecond;
    }

    /// Whether two looks at a file saw the same content and attributes.
    static boolean isSame(FileStat before, FileStat after) {
        return before.inode() == after.inode()
                && before.sizeBytes() == after.sizeBytes()
                && before.mode() == after.mode()
                && before.uid() == after.uid()
                && before.gid() == after.gid()
                && before.mtimeSeconds() == after.mtimeSeconds()
                && before.mtimeNanos() == after.mtimeNanos()
                && before.ctimeSeconds() == after.ctimeSeconds()
                && before.ctimeNanos() == after.ctimeNanos();
    }
}
