package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveEntry.Folder;
import dev.packhorse.engine.archive.ArchiveEntry.HardLink;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.ArchiveEntry.SymbolicLink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ItemList;
import dev.packhorse.engine.component.Rehearsal;
import dev.packhorse.engine.component.RestoreNotes;
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
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Compares the members of an archive with a home, and tells what a restore would do there. Runs on
/// a thread with the account's identity and changes nothing. One use, one thread.
final class HomeRehearsal implements AutoCloseable {
    private final Optional<Directory> home;
    private final EntryRules rules;
    private final RestoreNotes notes;
    private final Cancellation cancellation;
    private final HomeTally tally = new HomeTally();
    private final ItemList creates = new ItemList();
    private final ItemList replaces = new ItemList();
    private final ItemList removes = new ItemList();
    private final Optional<MailMerge> merge;
    private long kept;
    private @Nullable BytePath heldPath;
    private Optional<Directory> held = Optional.empty();

    /// @param home the home as it is, empty if the account has none yet
    /// @param merges whether files that are there stay
    HomeRehearsal(
            Optional<Directory> home, EntryRules rules, boolean merges, Cancellation cancellation) {
        this.home = home;
        this.rules = rules;
        this.notes = rules.notes();
        this.merge = merges ? home.map(MailMerge::new) : Optional.empty();
        this.cancellation = cancellation;
    }

    Rehearsal run(ArchiveSource source) throws IOException {
        source.forEach(HomePath.HOME, (entry, _) -> visit(entry));
        return new Rehearsal(
                notes.report(merge.isEmpty() ? tally.counts() : tally.counts(kept)),
                Rehearsal.Items.of(creates),
                Rehearsal.Items.of(replaces),
                Rehearsal.Items.of(removes));
    }

    private void visit(ArchiveEntry entry) throws IOException {
        cancellation.check();
        boolean stays =
                !(entry instanceof Folder) && merge.isPresent() && merge.get().has(entry.path());
        if (stays) {
            kept++;
            return;
        }
        Optional<FileStat> there = find(entry.path());
        switch (entry) {
            case Folder folder -> {
                rules.rights(folder);
                boolean otherKind =
                        there.filter(stat -> stat.type() != FileType.DIRECTORY).isPresent();
                if (otherKind) {
                    notes.altered(folder.path() + ": took the place of a file or link");
                    removes.add(folder.path().toString());
                }
                if (there.isEmpty() || otherKind) {
                    creates.add(folder.path() + "/");
                }
                tally.folder();
            }
            case RegularFile file -> {
                if (isPlaced(file, there, isSame(file, there))) {
                    rules.rights(file);
                    tally.file(file.sizeBytes());
                    rules.tell(file);
                }
            }
            case SymbolicLink link -> {
                Optional<ByteString> target = rules.target(link);
                if (target.isPresent() && isPlaced(link, there, leads(link, there, target.get()))) {
                    tally.link();
                }
            }
            case HardLink link -> {
                if (rules.staysInHome(link) && isPlaced(link, there, false)) {
                    tally.link();
                }
            }
        }
    }

    /// A file of the same size and time is taken for the same, as rsync does.
    private static boolean isSame(RegularFile file, Optional<FileStat> there) {
        return there.filter(stat ->
                        stat.type() == FileType.REGULAR
                                && stat.sizeBytes() == file.sizeBytes()
                                && stat.mtimeSeconds() == file.attributes().mtimeSeconds()
                                && stat.mtimeNanos() == file.attributes().mtimeNanos())
                .isPresent();
    }

    private boolean leads(SymbolicLink link, Optional<FileStat> there, ByteString target)
            throws IOException {
        return there.filter(stat -> stat.type() == FileType.SYMLINK).isPresent()
                && held.orElseThrow().readLink(link.path().name()).equals(target);
    }

    private boolean isPlaced(ArchiveEntry entry, Optional<FileStat> there, boolean same)
            throws IOException {
        if (there.isEmpty()) {
            creates.add(entry.path().toString());
            return true;
        }
        if (there.get().type() == FileType.DIRECTORY && !isEmptyFolder(entry.path())) {
            notes.skipped(entry.path() + ": a folder that is not empty is in its place");
            return false;
        }
        if (!same) {
            replaces.add(entry.path().toString());
        }
        return true;
    }

    private boolean isEmptyFolder(BytePath path) throws IOException {
        BytePath below = path.relativeTo(HomePath.HOME);
        try (Directory folder = home.orElseThrow().openBeneath(below)) {
            return folder.list().isEmpty();
        } catch (PosixException _) {
            return false;
        }
    }

    /// What bears the path in the home; nothing does where a folder on the way is missing.
    private Optional<FileStat> find(BytePath path) throws IOException {
        if (home.isEmpty()) {
            return Optional.empty();
        }
        if (path.equals(HomePath.HOME)) {
            return Optional.of(home.get().stat());
        }
        List<ByteName> names = path.relativeTo(HomePath.HOME).names();
        ByteName name = names.getLast();
        int length = path.value().length() - name.value().length() - 1;
        Optional<Directory> folder = folder(new BytePath(path.value().substring(0, length)));
        return folder.isEmpty() ? Optional.empty() : folder.get().find(name);
    }

    private Optional<Directory> folder(BytePath path) throws IOException {
        if (!path.equals(heldPath)) {
            close();
            held = path.equals(HomePath.HOME) ? duplicate() : open(path);
            heldPath = path;
        }
        return held;
    }

    private Optional<Directory> duplicate() throws IOException {
        return Optional.of(home.orElseThrow().duplicate());
    }

    private Optional<Directory> open(BytePath path) throws IOException {
        try {
            return Optional.of(home.orElseThrow().openBeneath(path.relativeTo(HomePath.HOME)));
        } catch (PosixException e) {
            if (e.is(Errno.ENOENT)
                    || e.is(Errno.ENOTDIR)
                    || e.is(Errno.ELOOP)
                    || e.is(Errno.EACCES)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        if (held.isPresent()) {
            held.get().close();
        }
        held = Optional.empty();
        heldPath = null;
    }
}
