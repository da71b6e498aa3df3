package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;

/// One try to bring a home back: comes to its end, is to go on later, or leaves nothing of what
/// this and earlier tries made.
///
/// @param kept whether the journal outlives the try, for a process that is killed before it is
///   known that the home is done; the caller removes it then
record HomeTry(
        HomeRestorer restorer,
        HomeJournal journal,
        HomeProgress progress,
        Directory home,
        OwnerAccess owner,
        SessionLog log,
        boolean kept) {
    /// Runs on a thread with the account's identity.
    RestoreReport run(ArchiveSource source) throws ComponentException, IOException {
        boolean stays = false;
        try {
            RestoreReport report = restorer.restore(source);
            stays = true;
            if (!kept) {
                journal.forget();
            }
            return report;
        } catch (CancelledException e) {
            stays = progress.stops();
            throw e;
        } finally {
            // the folders have been left by now
            if (!stays) {
                HomeLeftovers.tell(journal.undo(home, owner), log);
            }
        }
    }
}
