package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/// Remembers in a file of root's what a restore made in a home where nothing was, so that a failed
/// one can take it away again: also what earlier tries of the same job made, if the file outlives
/// the try. What was put there before the process was killed is in the file, whenever that is.
/// Takes memory only for what an earlier try made after it last kept how far it was. One thread.
final class HomeJournal implements AutoCloseable {
    private static final String NAME = "made";
    private static final int OWNER_ALL = 0700;

    private final Path file;
    private final MadeFile made;
    private final Fingerprints unsettled = new Fingerprints();
    private long member;
    private boolean forgotten;

    private HomeJournal(Path folder, long settled) throws IOException {
        file = folder.resolve(NAME);
        made =
                new MadeFile(
                        file,
                        record -> {
                            MadeEntry entry = MadeEntry.decode(record);
                            if (entry.member() > settled && !entry.folder()) {
                                unsettled.add(entry.ofMember(0).encode());
                            }
                        });
    }

    /// Begins one, or goes on with that of an earlier try.
    ///
    /// @param folder for root alone, stays as long as the journal is needed
    /// @param settled up to which member the earlier tries are done for good
    static HomeJournal open(Path folder, long settled) throws IOException {
        return new HomeJournal(folder, settled);
    }

    /// Whether there is one of an earlier try.
    static boolean isIn(Path folder) {
        return Files.isRegularFile(folder.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
    }

    /// What is made from now on is made for this member of the archive.
    void at(long number) {
        member = number;
    }

    /// Something was made, or is there under another name and about to take its place.
    ///
    /// @param path below the home
    void made(BytePath path, FileStat stat) throws IOException {
        made.add(MadeEntry.of(path, member, stat).encode());
    }

    /// Whether an earlier try made this, and was killed before it could count it as done.
    boolean madeBefore(BytePath path, FileStat there) {
        return !unsettled.isEmpty() && unsettled.contains(MadeEntry.of(path, 0, there).encode());
    }

    /// Brings it to the disk.
    void sync() throws IOException {
        made.sync();
    }

    /// Takes away what was made and is as it was made, the last first, through held folders and no
    /// link.
    ///
    /// @return how many stay, because somebody has changed them, they hold something that came
    ///   later, or they cannot be removed
    /// @param owner opens folders whose mode locks the account out
    long undo(Directory home, OwnerAccess owner) throws IOException {
        long[] left = {0};
        made.backwards(record -> left[0] += remove(home, owner, MadeEntry.decode(record)) ? 0 : 1);
        forget();
        return left[0];
    }

    private static boolean remove(Directory home, OwnerAccess owner, MadeEntry entry)
            throws IOException {
        ByteName name = entry.path().name();
        int length = entry.path().value().length() - name.value().length() - 1;
        try (Directory folder =
                length < 0
                        ? home.duplicate()
                        : open(
                                home,
                                owner,
                                new BytePath(entry.path().value().substring(0, length)))) {
            FileStat above = folder.stat();
            if ((above.mode() & OWNER_ALL) != OWNER_ALL) {
                folder.setMode(above.mode() | OWNER_ALL);
            }
            Optional<FileStat> there = folder.find(name);
            if (there.isEmpty() || !entry.isStill(there.get())) {
                return there.isEmpty();
            }
            if (entry.folder()) {
                removeFolder(folder, owner, name);
            } else {
                folder.removeFile(name);
            }
            return true;
        } catch (PosixException _) {
            return false;
        }
    }

    private static Directory open(Directory home, OwnerAccess owner, BytePath path)
            throws IOException {
        try {
            return home.openBeneath(path);
        } catch (PosixException e) {
            if (!e.is(Errno.EACCES)) {
                throw e;
            }
            int uid = home.stat().uid();
            Directory locked = owner.call(() -> home.openBeneath(path));
            if (locked.stat().uid() == uid) {
                return locked;
            }
            locked.close();
            throw e;
        }
    }

    /// A killed try may have left its half file in it.
    private static void removeFolder(Directory above, OwnerAccess owner, ByteName name)
            throws IOException {
        try (Directory folder = open(above, owner, BytePath.of(name))) {
            FileStat stat = folder.stat();
            if ((stat.mode() & OWNER_ALL) != OWNER_ALL) {
                folder.setMode(stat.mode() | OWNER_ALL);
            }
            Replacement.clear(folder);
        }
        above.removeDirectory(name);
    }

    /// The restore came to its end: what it made stays.
    void forget() {
        forgotten = true;
    }

    @Override
    public void close() throws IOException {
        made.close();
        if (forgotten) {
            Files.delete(file);
        }
    }
}
