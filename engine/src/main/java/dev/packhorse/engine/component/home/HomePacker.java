package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.SourceFile;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.home.FilePacker.Opened;
import dev.packhorse.engine.component.home.OwnerAccess.IoStep;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Walks a home and packs it: each folder before its content, the content in the order of its
/// bytes. Runs on a thread with the account's identity and sees only what the account may see. What
/// cannot be packed is told and left out; only the archive itself can fail. One walk, one thread.
final class HomePacker {
    private static final int OWNER_READS = 0400;
    private static final int OWNER_LISTS = 0500;

    private final int uid;
    private final Identity identity;
    private final ArchiveSink sink;
    private final OwnerAccess owner;
    private final Cancellation cancellation;
    private final HomeReport report = new HomeReport();
    private final HardLinkTable hardLinks = new HardLinkTable();
    private final FileClock clock;
    private final FilePacker files;
    private final HeldHome held;
    private final ExcludeRules rules;
    private final NobodyList nobody;
    private HomeRun run;

    /// @param held the home once more, for the workers; stays the caller's
    HomePacker(
            PackContext context,
            ArchiveSink sink,
            OwnerAccess owner,
            HeldHome held,
            FileClock clock,
            ExcludeRules rules,
            NobodyList nobody) {
        this.nobody = nobody;
        this.clock = clock;
        this.rules = rules;
        this.uid = context.account().uid();
        this.identity = new Identity(uid, context.account().gid());
        this.sink = sink;
        this.owner = owner;
        this.held = held;
        this.cancellation = context.cancellation();
        this.files = new FilePacker(sink, report::warn, cancellation, held.takeBuffer(), clock);
        this.run = newRun();
    }

    /// Packs everything below the home, and closes it.
    ///
    /// @throws IOException if the home itself cannot be listed, the archive cannot be written, or
    ///   the run was cancelled
    PackReport pack(Directory home) throws IOException {
        FileStat stat = home.stat();
        WalkFrame top = frame(HomePath.HOME, home, stat, isLocked(stat));
        try (FolderStack stack = new FolderStack(top, owner)) {
            sink.add(
                    new ArchiveEntry.Folder(
                            HomePath.HOME,
                            FilePacker.attributes(stat, UserXattrs.of(home.xattrs()))));
            report.folder();
            while (!stack.isEmpty()) {
                cancellation.check();
                step(stack);
            }
            endRun();
            sink.settle();
        }
        if (hardLinks.overflowed()) {
            report.warn(
                    "more than "
                            + HardLinkTable.LIMIT
                            + " files have several names: some were packed once for each name");
        }
        return report.toReport();
    }

    private HomeRun newRun() {
        return new HomeRun(held, report, cancellation, identity, clock);
    }

    /// Adds a small member to the current run.
    private void addToRun(HomeItem item) throws IOException {
        if (run.endsBefore(item)) {
            endRun();
        }
        run.add(item);
    }

    private void endRun() throws IOException {
        if (!run.isEmpty()) {
            HomeRun ended = run;
            run = newRun();
            sink.add(ended);
        }
    }

    private void step(FolderStack stack) throws IOException {
        WalkFrame frame = stack.current();
        if (!frame.hasNext()) {
            stack.pop();
            return;
        }
        Directory directory;
        try {
            directory = stack.directory();
        } catch (PosixException | FolderStack.MovedException e) {
            report.warn(
                    frame.path
                            + ": "
                            + frame.left()
                            + " names were left out ("
                            + e.getMessage()
                            + ")");
            stack.pop();
            return;
        }
        ByteName name = frame.next();
        if (!HomePath.fits(frame.path, name)) {
            report.warn(frame.path + ": a name was left out, its path is too long");
            return;
        }
        visit(stack, directory, name);
    }

    private void visit(FolderStack stack, Directory folder, ByteName name) throws IOException {
        WalkFrame frame = stack.current();
        BytePath path = frame.path.resolve(name);
        FileStat stat = look(frame, path, () -> folder.stat(name));
        if (stat == null || rules.leavesOut(path, stat)) {
            return;
        }
        if (frame.locked && stat.uid() != uid) {
            report.warn(path + ": left out, another user's in a folder closed to the account");
            return;
        }
        nobody.see(path, stat);
        switch (stat.type()) {
            case REGULAR -> packFile(frame, folder, name, path, stat);
            case DIRECTORY -> enter(stack, folder, name, path, stat);
            case SYMLINK -> packSymlink(frame, folder, name, path, stat);
            case FIFO -> report.warn(path + ": left out, a named pipe");
            case SOCKET -> report.warn(path + ": left out, a socket");
            case CHARACTER_DEVICE, BLOCK_DEVICE -> report.warn(path + ": left out, a device");
        }
    }

    private void packFile(
            WalkFrame frame, Directory folder, ByteName name, BytePath path, FileStat stat)
            throws IOException {
        if (isOthersHardLink(stat)) {
            report.warn(othersHardLink(path));
            return;
        }
        if (stat.links() > 1) {
            Optional<BytePath> first = hardLinks.firstName(stat);
            if (first.isPresent()) {
                addToRun(new HomeItem.FurtherName(path, stat, first.get()));
                return;
            }
        }
        boolean byRoot = frame.locked || (stat.uid() == uid && (stat.mode() & OWNER_READS) == 0);
        if (byRoot || stat.sizeBytes() > FilePacker.SMALL || FilePacker.hasHoles(stat)) {
            packAtOnce(byRoot, folder, name, path, stat);
        } else if (stat.links() > 1) {
            packFirstName(folder, name, path);
        } else {
            addToRun(new HomeItem.SmallFile(path, stat, null));
        }
    }

    /// Further names will refer to this one, so it must be sure that it can be packed.
    private void packFirstName(Directory folder, ByteName name, BytePath path) throws IOException {
        PosixFile file = look(false, path, () -> folder.openForReading(name));
        if (file != null) {
            FileStat stat = file.openedStat();
            if (isOthersHardLink(stat)) {
                file.close();
                report.warn(othersHardLink(path));
            } else {
                hardLinks.remember(stat, path);
                held.hold(file);
                addToRun(new HomeItem.SmallFile(path, stat, file));
            }
        }
    }

    private void packAtOnce(
            boolean byRoot, Directory folder, ByteName name, BytePath path, FileStat stat)
            throws IOException {
        endRun();
        if (sink.addUnchanged(new SourceFile(path, stat))) {
            report.file(stat.sizeBytes());
            hardLinks.remember(stat, path);
            return;
        }
        Opened opened = look(byRoot, path, () -> open(folder, name));
        if (opened == null) {
            return;
        }
        try (PosixFile _ = opened.file()) {
            if (isOthersHardLink(opened.stat())) {
                report.warn(othersHardLink(path));
            } else if (byRoot && opened.stat().uid() != uid) {
                report.warn(path + ": left out, it was replaced while it was being packed");
            } else {
                report.file(files.pack(path, opened));
                hardLinks.remember(opened.stat(), path);
            }
        }
    }

    /// Another user's file that has a second name may be one that the account linked into its home
    /// to have it read.
    private boolean isOthersHardLink(FileStat stat) {
        return stat.links() > 1 && stat.uid() != uid;
    }

    static String othersHardLink(BytePath path) {
        return path + ": left out, a hard link to another user's file";
    }

    private static Opened open(Directory folder, ByteName name) throws IOException {
        PosixFile file = folder.openForReading(name);
        try {
            return new Opened(file, file.openedStat(), UserXattrs.of(file.xattrs()));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private void packSymlink(
            WalkFrame frame, Directory folder, ByteName name, BytePath path, FileStat stat)
            throws IOException {
        ByteString target = look(frame, path, () -> folder.readLink(name));
        if (target != null) {
            addToRun(new HomeItem.Symlink(path, stat, target));
        }
    }

    private void enter(
            FolderStack stack, Directory folder, ByteName name, BytePath path, FileStat seen)
            throws IOException {
        if (stack.depth() >= HomePath.MAX_DEPTH) {
            report.warn(
                    path
                            + ": left out with all below it, deeper than "
                            + HomePath.MAX_DEPTH
                            + " folders");
            return;
        }
        boolean locked = stack.current().locked || isLocked(seen);
        OpenedFolder opened = look(locked, path, () -> openFolder(folder, name, path, locked));
        if (opened == null) {
            return;
        }
        if (locked && opened.frame.stat.uid() != uid) {
            opened.frame.release();
            report.warn(path + ": left out, it was replaced while it was being packed");
            return;
        }
        stack.push(opened.frame);
        addToRun(new HomeItem.Folder(opened.frame.path, opened.frame.stat, opened.xattrs));
    }

    private static OpenedFolder openFolder(
            Directory parent, ByteName name, BytePath path, boolean locked) throws IOException {
        Directory directory = parent.open(name);
        try {
            WalkFrame frame = frame(path, directory, directory.stat(), locked);
            return new OpenedFolder(frame, UserXattrs.of(directory.xattrs()));
        } catch (IOException e) {
            directory.close();
            throw e;
        }
    }

    private record OpenedFolder(WalkFrame frame, Map<ByteString, ByteString> xattrs) {}

    private static WalkFrame frame(
            BytePath path, Directory directory, FileStat stat, boolean locked) throws IOException {
        return new WalkFrame(path, stat, locked, directory.list(), directory);
    }

    private boolean isLocked(FileStat folder) {
        return folder.uid() == uid && (folder.mode() & OWNER_LISTS) != OWNER_LISTS;
    }

    private <R> @Nullable R look(WalkFrame frame, BytePath path, IoStep<R> step)
            throws IOException {
        return look(frame.locked, path, step);
    }

    /// Takes a step that the home can refuse: a refusal is told, and null comes back.
    private <R> @Nullable R look(boolean byRoot, BytePath path, IoStep<R> step) throws IOException {
        try {
            return byRoot ? owner.call(step) : step.run();
        } catch (PosixException e) {
            report.warn(path + ": left out, " + reason(e));
            return null;
        }
    }

    static String reason(PosixException e) {
        if (e.is(Errno.ENOENT)) {
            return "it vanished while the home was being packed";
        }
        if (e.is(Errno.EACCES) || e.is(Errno.EPERM)) {
            return "the account may not read it";
        }
        if (e.is(Errno.ELOOP) || e.is(Errno.ENOTDIR)) {
            return "it was replaced while the home was being packed";
        }
        return String.valueOf(e.getMessage());
    }
}
