package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveRun;
import dev.packhorse.engine.component.ItemList;
import dev.packhorse.engine.component.PackReport;

/// What was packed of a home and what went wrong, gathered from the walk and from the runs. Safe
/// for many threads.
final class HomeReport {
    private final ItemList warnings = new ItemList();
    private final ItemList unread = new ItemList();
    private final HomeTally tally = new HomeTally();

    synchronized void warn(String warning) {
        warnings.add(warning);
    }

    /// Something is missing that an earlier archive may have.
    synchronized void leaveOut(String sentence) {
        unread.add(sentence);
    }

    synchronized void file(long sizeBytes) {
        tally.file(sizeBytes);
    }

    synchronized void folder() {
        tally.folder();
    }

    synchronized void link() {
        tally.link();
    }

    /// Takes over what a run found.
    ///
    /// @param lost what it could not read
    synchronized void add(
            ItemList found, ItemList lost, HomeTally packed, ArchiveRun.Origin origin) {
        found.toList().forEach(warnings::add);
        lost.toList().forEach(unread::add);
        tally.add(packed);
        if (origin == ArchiveRun.Origin.DISPROVEN) {
            warnings.add(
                    "files changed although their times did not: they were packed as they are now");
        }
    }

    synchronized PackReport toReport() {
        return new PackReport(tally.counts(), warnings.toList()).leavingOut(unread.toList());
    }
}
