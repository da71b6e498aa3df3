package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveEntry.HardLink;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.ArchiveEntry.SymbolicLink;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.posix.ByteString;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// What becomes of a home's entries by what they are, wherever they go: decided alike by a restore
/// and by its rehearsal. One thread.
///
/// @param restricted whether nobody vouches for the archive
/// @param links what becomes of targets of symbolic links
/// @param keptGroups groups of services that entries keep
/// @param notes is told what is altered, dangerous or left out
record EntryRules(
        boolean restricted, LinkRules links, Set<Integer> keptGroups, RestoreNotes notes) {
    private static final Set<String> RUN_BY_OTHERS =
            Set.of(
                    "homedir/.forward",
                    "homedir/.procmailrc",
                    "homedir/.ssh/authorized_keys",
                    "homedir/.ssh/authorized_keys2",
                    "homedir/.ssh/rc");

    /// Special bits of a file go with its group: a program that runs as the mail server is none of
    /// the account's.
    RestoredRights rights(ArchiveEntry entry) {
        int gid = entry.attributes().gid();
        boolean keepsGroup = keptGroups.contains(gid);
        int mode = mode(entry, keepsGroup && entry instanceof RegularFile);
        return new RestoredRights(mode, keepsGroup ? OptionalInt.of(gid) : OptionalInt.empty());
    }

    private int mode(ArchiveEntry entry, boolean ofService) {
        int mode = entry.attributes().mode();
        int special = mode & 07000;
        if (special == 0) {
            return mode;
        }
        if (restricted || ofService) {
            notes.altered(entry.path() + ": setuid, setgid and sticky bits were dropped");
            return mode & 0777;
        }
        if (entry instanceof RegularFile && (special & 06000) != 0) {
            notes.dangerous(
                    entry.path() + ": runs with the rights of its owner or group (setuid, setgid)");
        }
        return mode;
    }

    /// Tells of a file that gives access.
    void tell(RegularFile file) {
        if (restricted && RUN_BY_OTHERS.contains(file.path().toString())) {
            notes.dangerous(file.path() + ": decides who may log in or what runs for the account");
        }
    }

    /// The target that a link gets, empty if it is left out.
    Optional<ByteString> target(SymbolicLink link) {
        Optional<ByteString> target = links.target(link.path(), link.target());
        if (target.isEmpty()) {
            notes.skipped(link.path() + ": a link that leads out of the home directory");
        } else if (!target.get().equals(link.target())) {
            notes.altered(link.path() + ": the link leads to the new home directory");
        }
        return target;
    }

    /// Whether a hard link leads to a file of the home; one that does not is left out.
    boolean staysInHome(HardLink link) {
        boolean stays =
                link.target().startsWith(HomePath.HOME) && !link.target().equals(HomePath.HOME);
        if (!stays) {
            notes.skipped(link.path() + ": a hard link that leads out of the home directory");
        }
        return stays;
    }
}
