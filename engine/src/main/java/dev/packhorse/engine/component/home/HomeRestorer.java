package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveEntry.Folder;
import dev.packhorse.engine.archive.ArchiveEntry.HardLink;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.ArchiveEntry.SymbolicLink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.home.Replacement.InTheWayException;
import dev.packhorse.engine.component.home.Replacement.Placing;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the members of an archive into a home, in the archive's order. Runs on a thread with the
/// account's identity. A member that the home does not take is told and left out; only a full or
/// failing disk, or the archive, ends the restore. One restore, one thread.
final class HomeRestorer {
    private static final Set<Errno> FATAL =
            Set.of(Errno.ENOSPC, Errno.EDQUOT, Errno.EIO, Errno.EROFS, Errno.EMFILE, Errno.ENFILE);
    private final Directory home;
    private final int uid;
    private final OwnerAccess owner;
    private final EntryRules rules;
    private final Cancellation cancellation;
    private final RestoreNotes notes = new RestoreNotes();
    private final HomeTally tally = new HomeTally();
    private final FileRestorer files;
    private final HomeJournal journal;
    private final HomeProgress progress;
    private final Optional<MailMerge> merge;
    private long kept;
    private @Nullable BytePath refused;
    private long below;
    private boolean attributesLost;

    /// @param oldHome the home where the archive was made, absolute
    /// @param keptGroups groups of services that entries keep
    /// @param journal learns what is made where nothing was
    /// @param progress knows what an earlier try has done
    HomeRestorer(
            RestoreContext context,
            Account account,
            String oldHome,
            Set<Integer> keptGroups,
            Directory home,
            OwnerAccess owner,
            HomeJournal journal,
            HomeProgress progress) {
        this.home = home;
        this.progress = progress;
        this.journal = journal;
        this.uid = account.uid();
        this.owner = owner;
        this.rules =
                new EntryRules(
                        context.restricted(),
                        new LinkRules(context.restricted(), oldHome, account.home()),
                        keptGroups,
                        notes);
        this.cancellation = context.cancellation();
        this.files =
                new FileRestorer(
                        owner,
                        uid,
                        cancellation,
                        progress::restored,
                        context.options().mergesMail());
        this.merge =
                context.options().mergesMail()
                        ? Optional.of(new MailMerge(home))
                        : Optional.empty();
    }

    /// Restores all members below `homedir`.
    ///
    /// @throws ComponentException if the disk is full or fails; no file is left half-written
    /// @throws IOException if the archive cannot be read, or the run was cancelled
    RestoreReport restore(ArchiveSource source) throws ComponentException, IOException {
        try (RestoreFolders folders = new RestoreFolders(home, uid, owner, notes, journal)) {
            source.forEach(HomePath.HOME, (entry, content) -> visit(folders, entry, content));
        } catch (HomeFailedException e) {
            throw new ComponentException(
                    "the home directory cannot be written: " + e.getMessage(), e);
        }
        home.syncFileSystem();
        endRefused();
        if (attributesLost || files.attributesLost()) {
            notes.altered("some extended attributes could not be set");
        }
        return notes.report(merge.isEmpty() ? tally.counts() : tally.counts(kept));
    }

    private void visit(RestoreFolders folders, ArchiveEntry entry, InputStream content)
            throws IOException {
        progress.next();
        cancellation.check();
        BytePath path = entry.path();
        if (isBelowRefused(path)) {
            below++;
            return;
        }
        try {
            put(folders, entry, content);
        } catch (InTheWayException e) {
            notes.skipped(path + ": " + e.getMessage());
        } catch (PosixException e) {
            if (FATAL.stream().anyMatch(e::is)) {
                throw new HomeFailedException(path, e);
            }
            refuse(entry, e);
        }
    }

    private void put(RestoreFolders folders, ArchiveEntry entry, InputStream content)
            throws IOException {
        if (entry.path().equals(HomePath.HOME)) {
            if (entry instanceof Folder folder) {
                take(folders.enter(List.of()), folder);
            }
            return;
        }
        boolean stays =
                !(entry instanceof Folder) && merge.isPresent() && merge.get().has(entry.path());
        if (stays) {
            kept++;
            return;
        }
        List<ByteName> names = entry.path().relativeTo(HomePath.HOME).names();
        RestoreFrame parent = folders.enter(names.subList(0, names.size() - 1));
        ByteName name = names.getLast();
        Placing placing = placing(entry, parent.directory.find(name));
        switch (entry) {
            case Folder folder -> {
                makeWay(parent.directory, name, folder);
                take(folders.enter(names), folder);
                return;
            }
            case RegularFile file -> putFile(parent.directory, name, file, content, placing);
            case SymbolicLink link -> putSymlink(parent.directory, name, link, placing);
            case HardLink link -> putHardLink(parent.directory, name, link, placing);
        }
    }

    /// What takes the place of something is not taken away again, unless that was of an earlier
    /// try.
    private Placing placing(ArchiveEntry entry, Optional<FileStat> there) {
        BytePath path = entry.path().relativeTo(HomePath.HOME);
        boolean isNew = there.isEmpty() || journal.madeBefore(path, there.get());
        return isNew ? made -> journal.made(path, made) : _ -> {};
    }

    /// Takes away a file or link that bears the name of a folder.
    private void makeWay(Directory parent, ByteName name, Folder folder) throws IOException {
        Optional<FileStat> there = parent.find(name);
        if (there.isPresent() && there.get().type() != FileType.DIRECTORY) {
            parent.removeFile(name);
            notes.altered(folder.path() + ": took the place of a file or link");
        }
    }

    private void take(RestoreFrame frame, Folder folder) throws IOException {
        frame.take(rules.rights(folder), folder.attributes());
        attributesLost |=
                !UserXattrs.restore(
                        UserXattrs.early(folder.attributes().xattrs()), frame.directory::setXattr);
        tally.folder();
    }

    private void putFile(
            Directory parent, ByteName name, RegularFile file, InputStream content, Placing placing)
            throws IOException {
        RestoredRights rights = rules.rights(file);
        if (progress.wasDone() && files.isThere(parent, name, file, rights)) {
            progress.restored(file.sizeBytes());
        } else {
            boolean whole = files.restore(parent, name, file, rights, content, placing);
            if (!whole) {
                notes.altered(file.path() + RestoredRights.BITS_LOST);
            }
        }
        tally.file(file.sizeBytes());
        rules.tell(file);
    }

    private void putSymlink(Directory parent, ByteName name, SymbolicLink link, Placing placing)
            throws IOException {
        Optional<ByteString> target = rules.target(link);
        if (target.isEmpty()) {
            return;
        }
        Replacement.put(
                parent,
                name,
                () -> {
                    parent.makeSymlink(Replacement.TEMPORARY, target.get());
                    parent.setTimes(
                            Replacement.TEMPORARY,
                            link.attributes().mtimeSeconds(),
                            link.attributes().mtimeNanos());
                },
                placing);
        tally.link();
    }

    private void putHardLink(Directory parent, ByteName name, HardLink link, Placing placing)
            throws IOException {
        if (!rules.staysInHome(link)) {
            return;
        }
        List<ByteName> names = link.target().relativeTo(HomePath.HOME).names();
        try (Directory folder = folderOf(link.target(), names.size() > 1)) {
            Replacement.put(
                    parent,
                    name,
                    () -> parent.makeHardLink(folder, names.getLast(), Replacement.TEMPORARY),
                    placing);
        }
        // renaming one name of a file over another one of it does nothing
        if (parent.find(Replacement.TEMPORARY).isPresent()) {
            parent.removeFile(Replacement.TEMPORARY);
        }
        tally.link();
    }

    private Directory folderOf(BytePath file, boolean hasFolder) throws IOException {
        if (!hasFolder) {
            return owner.call(home::duplicate);
        }
        ByteString path = file.relativeTo(HomePath.HOME).value();
        int length = path.length() - file.name().value().length() - 1;
        return home.openBeneath(new BytePath(path.substring(0, length)));
    }

    private void refuse(ArchiveEntry entry, PosixException e) {
        endRefused();
        boolean link = e.is(Errno.ELOOP) || e.is(Errno.ENOTDIR);
        if (link) {
            notes.dangerous(
                    entry.path()
                            + ": left out, something that is no folder, perhaps a link, is on its way");
        } else {
            notes.skipped(entry.path() + ": " + e.getMessage());
        }
        if (entry instanceof Folder) {
            refused = entry.path();
        }
    }

    private boolean isBelowRefused(BytePath path) {
        if (refused == null) {
            return false;
        }
        if (path.startsWith(refused)) {
            return true;
        }
        endRefused();
        return false;
    }

    private void endRefused() {
        if (refused != null && below > 0) {
            notes.skipped(refused + ": " + below + " members below it were left out");
        }
        refused = null;
        below = 0;
    }

    /// The disk of the home is full or fails.
    private static final class HomeFailedException extends IOException {
        private static final long serialVersionUID = 1L;

        HomeFailedException(BytePath member, PosixException cause) {
            super(member + ": " + cause.getMessage(), cause);
        }
    }
}
