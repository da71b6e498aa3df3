package dev.packhorse.engine.faults;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// A disk that refuses one call, or all from one on, with the words of the C library. Safe for many
/// threads.
final class SickDisk implements Changes {
    private final String reason;
    private final boolean looks;
    private final Faults.Kind kind;
    private final long failing;
    private long calls;
    private boolean failed;

    /// @param reason the words, as of `strerror`
    /// @param looks whether reading fails, too
    /// @param failing which call fails, from 1
    SickDisk(String reason, boolean looks, Faults.Kind kind, long failing) {
        this.reason = reason;
        this.looks = looks;
        this.kind = kind;
        this.failing = failing;
    }

    @Override
    public <R> R make(Change change, Action<R> action) throws IOException {
        if (looks || !(change instanceof Change.Open open) || open.writes()) {
            count(change);
        }
        return action.run();
    }

    @Override
    public void look(Path path) throws IOException {
        if (looks && fails()) {
            throw new FileSystemException(path.toString(), null, reason);
        }
    }

    /// As the JDK does: a channel's failures tell no path.
    private void count(Change change) throws IOException {
        if (fails()) {
            throw switch (change) {
                case Change.Write _, Change.Sync _, Change.Close _, Change.Truncate _ ->
                        new FailedByTestException(reason);
                case Change.Open _,
                        Change.MakeFolder _,
                        Change.SymbolicLink _,
                        Change.Link _,
                        Change.Remove _,
                        Change.Copy _,
                        Change.Move _,
                        Change.SetAttribute _ ->
                        new FileSystemException(change.path().toString(), null, reason);
            };
        }
    }

    private synchronized boolean fails() {
        calls++;
        boolean now = calls == failing || (kind == Faults.Kind.FROM_THEN_ON && calls > failing);
        failed |= now;
        return now;
    }

    synchronized boolean failed() {
        return failed;
    }
}
