package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.NameTable;
import dev.packhorse.engine.archive.SourceFile;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.home.FilePacker.Opened;
import dev.packhorse.engine.component.home.HomeWalk.Place;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Packs a home: into an archive first all folders, then what has not changed for long, then the
/// files that were changed lately ([LateFiles]), each in the order of a walk; into a tree in the
/// order of one walk. Runs on a thread with the account's identity and sees only what the account
/// may see. What cannot be packed is told and left out; only the archive itself can fail, and the
/// disk of what lies directly below the home. One home, one thread.
final class HomePacker {
    private static final int OWNER_READS = 0400;
    private static final int OWNER_ALL = 0700;

    private final int uid;
    private final Identity identity;
    private final ArchiveSink sink;
    private final OwnerAccess owner;
    private final Cancellation cancellation;
    private final HomeReport report = new HomeReport();
    private final HomeAccess access;
    private final HardLinkTable hardLinks = new HardLinkTable();
    private final NameTable folders = new NameTable();
    private final LateFiles late;
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
        this.access = new HomeAccess(owner, report::warn, report::leaveOut);
        this.held = held;
        this.cancellation = context.cancellation();
        this.late = new LateFiles(sink.metadataTime());
        this.files =
                new FilePacker(
                        sink,
                        report::warn,
                        report::leaveOut,
                        cancellation,
                        held.takeBuffer(),
                        clock);
        this.run = newRun();
    }

    /// Packs the home and everything below it.
    ///
    /// @param home stays the caller's
    /// @throws UnreadableHomeException if the disk fails for something directly below the home
    /// @throws IOException if the home itself cannot be listed, the archive cannot be written, or
    ///   the run was cancelled
    PackReport pack(Directory home) throws IOException {
        FileStat stat = home.stat();
        sink.add(
                new ArchiveEntry.Folder(
                        HomePath.HOME,
                        FilePacker.attributes(
                                stat,
                                UserXattrs.fitting(HomePath.HOME, home.xattrs(), report::warn))));
        report.folder();
        if (sink.isSequence() && isPlain(stat, home.xattrs())) {
            packFolders(home);
            endRun();
        }
        new HomeWalk(uid, access, cancellation, Directory::list, new Files())
                .run(owner.call(home::duplicate));
        endRun();
        packLate(home);
        endRun();
        sink.settle();
        if (hardLinks.overflowed()) {
            report.warn(
                    "more than "
                            + HardLinkTable.LIMIT
                            + " files have several names: some were packed once for each name");
        }
        return report.toReport();
    }

    /// What cannot be entered is told when the files are packed.
    private void packFolders(Directory home) throws IOException {
        goesFirst(HomePath.HOME);
        HomeAccess silent = new HomeAccess(owner, _ -> {}, _ -> {});
        new HomeWalk(uid, silent, cancellation, Directory::listFolders, new Folders())
                .run(owner.call(home::duplicate));
    }

    /// Whether a folder may come long before its content. A reader that gives each folder its mode
    /// and lists as soon as it goes on would lock itself out of others, or have the content inherit
    /// lists; they come right before their content.
    private static boolean isPlain(FileStat folder, Map<ByteString, ByteString> xattrs) {
        return (folder.mode() & OWNER_ALL) == OWNER_ALL && UserXattrs.late(xattrs).isEmpty();
    }

    private void goesFirst(BytePath folder) {
        byte[] name = folder.value().toBytes();
        folders.put(name, name.length, 1);
    }

    private boolean wentFirst(ByteString folder) {
        return folders.tag(folder.toBytes(), folder.length()) != 0;
    }

    private static ByteString parent(BytePath path) {
        return path.value().substring(0, path.value().lastIndexOf('/'));
    }

    /// Packs the folders alone.
    private final class Folders implements HomeWalk.Visitor {
        @Override
        public boolean passesOver(BytePath path, FileStat stat) {
            return stat.type() != FileType.DIRECTORY || rules.matches(path, stat);
        }

        @Override
        public boolean passesOver(BytePath path) {
            return rules.matches(path, true);
        }

        @Override
        public void folder(BytePath path, FileStat stat, Map<ByteString, ByteString> xattrs)
                throws IOException {
            if (isPlain(stat, xattrs) && wentFirst(parent(path))) {
                goesFirst(path);
                addToRun(new HomeItem.Folder(path, stat, xattrs));
            }
        }

        @Override
        public void other(Place place, FileStat stat) {
            throw new IllegalStateException("passed over: " + place.path());
        }
    }

    /// Packs all that did not go first and is not late.
    private final class Files implements HomeWalk.Visitor {
        @Override
        public boolean passesOver(BytePath path, FileStat stat) {
            return rules.leavesOut(path, stat);
        }

        @Override
        public boolean passesOver(BytePath path) {
            return rules.leavesOut(path);
        }

        @Override
        public void folder(BytePath path, FileStat stat, Map<ByteString, ByteString> xattrs)
                throws IOException {
            nobody.see(path, stat);
            if (!wentFirst(path.value())) {
                addToRun(new HomeItem.Folder(path, stat, xattrs));
            }
        }

        @Override
        public void other(Place place, FileStat stat) throws IOException {
            BytePath path = place.path();
            nobody.see(path, stat);
            switch (stat.type()) {
                case REGULAR -> {
                    if (!wentFirst(parent(path)) || !late.keep(path, stat)) {
                        packFile(place, stat);
                    }
                }
                case SYMLINK -> packSymlink(place, stat);
                case FIFO -> report.warn(path + ": left out, a named pipe");
                case SOCKET -> report.warn(path + ": left out, a socket");
                case CHARACTER_DEVICE, BLOCK_DEVICE -> report.warn(path + ": left out, a device");
                case DIRECTORY -> throw new IllegalStateException("a folder: " + path);
            }
        }
    }

    private void packLate(Directory home) throws IOException {
        try (HeldFolder folder = new HeldFolder(home)) {
            late.forEach(path -> {
                cancellation.check();
                Place place = access.take(false, path, () -> folder.place(path));
                if (place != null) {
                    packLate(place);
                }
            });
        }
    }

    private void packLate(Place place) throws IOException {
        FileStat stat = access.take(false, place.path(), () -> place.folder().stat(place.name()));
        if (stat == null) {
            return;
        }
        if (stat.type() != FileType.REGULAR) {
            report.warn(replaced(place.path()));
        } else {
            packFile(place, stat);
        }
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

    private void packFile(Place place, FileStat stat) throws IOException {
        BytePath path = place.path();
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
        boolean byRoot = place.locked() || (stat.uid() == uid && (stat.mode() & OWNER_READS) == 0);
        if (byRoot || stat.sizeBytes() > FilePacker.SMALL || FilePacker.hasHoles(stat)) {
            packAtOnce(byRoot, place, stat);
        } else if (stat.links() > 1) {
            packFirstName(place);
        } else {
            addToRun(new HomeItem.SmallFile(path, stat, null));
        }
    }

    /// Further names will refer to this one, so it must be sure that it can be packed.
    private void packFirstName(Place place) throws IOException {
        BytePath path = place.path();
        PosixFile file =
                access.take(false, path, () -> place.folder().openForReading(place.name()));
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

    private void packAtOnce(boolean byRoot, Place place, FileStat stat) throws IOException {
        BytePath path = place.path();
        endRun();
        if (sink.addUnchanged(new SourceFile(path, stat))) {
            report.file(stat.sizeBytes());
            hardLinks.remember(stat, path);
            return;
        }
        Opened opened = access.take(byRoot, path, () -> open(place, report::warn));
        if (opened == null) {
            return;
        }
        try (PosixFile _ = opened.file()) {
            if (isOthersHardLink(opened.stat())) {
                report.warn(othersHardLink(path));
            } else if (byRoot && opened.stat().uid() != uid) {
                report.warn(replaced(path));
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

    private static String replaced(BytePath path) {
        return path + ": left out, it was replaced while it was being packed";
    }

    private static Opened open(Place place, Consumer<String> warnings) throws IOException {
        PosixFile file = place.folder().openForReading(place.name());
        try {
            Map<ByteString, ByteString> own = UserXattrs.of(file.xattrs());
            Map<ByteString, ByteString> fitting = UserXattrs.fitting(place.path(), own, warnings);
            return new Opened(file, file.openedStat(), fitting, fitting.size() == own.size());
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private void packSymlink(Place place, FileStat stat) throws IOException {
        ByteString target =
                access.take(
                        place.locked(), place.path(), () -> place.folder().readLink(place.name()));
        if (target != null) {
            addToRun(new HomeItem.Symlink(place.path(), stat, target));
        }
    }
}
