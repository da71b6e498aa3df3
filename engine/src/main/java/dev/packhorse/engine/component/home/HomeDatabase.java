package dev.packhorse.engine.component.home;

import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;

/// Looks at SQLite files in a home that hold secrets: programs that open one which is none fail in
/// odd ways, and others must not read it.
///
/// Source: sqlite.org, "Database File Format", section 1.3.
public final class HomeDatabase {
    private static final String HEAD = "SQLite format 3\0";
    private static final int OTHERS = 0077;

    private HomeDatabase() {}

    /// Looks at the files of these names in a folder of the home, and takes the rights of others
    /// away. One that is no database is told, not touched.
    ///
    /// @param folder relative to the home
    /// @return how many sound ones there are
    public static long check(RestoreTarget target, String folder, Predicate<String> names)
            throws ComponentException, IOException {
        return HomeWork.in(
                target.context().services().root(),
                target.account(),
                home -> {
                    Optional<Directory> opened = HomeWork.open(home, folder);
                    if (opened.isEmpty()) {
                        return 0L;
                    }
                    try (Directory directory = opened.get()) {
                        return checkAll(target, folder, directory, names);
                    }
                });
    }

    private static long checkAll(
            RestoreTarget target, String folder, Directory directory, Predicate<String> names)
            throws IOException {
        long sound = 0;
        for (ByteName name : directory.list()) {
            FileStat stat = directory.stat(name);
            if (stat.type() == FileType.REGULAR && names.test(name.toString())) {
                sound += checkOne(target, folder + "/" + name, directory, name) ? 1 : 0;
            }
        }
        return sound;
    }

    private static boolean checkOne(
            RestoreTarget target, String path, Directory directory, ByteName name)
            throws IOException {
        try (PosixFile file = directory.openForReading(name)) {
            ByteBuffer head = ByteBuffer.allocate(HEAD.length());
            while (head.hasRemaining() && file.read(head) >= 0) {
                target.context().cancellation().check();
            }
            String found =
                    new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
            if (head.position() > 0 && !found.equals(HEAD)) {
                target.notes().dangerous(path + ": not a SQLite file");
                return false;
            }
            FileStat stat = file.stat();
            if ((stat.mode() & OTHERS) != 0 && stat.uid() == target.account().uid()) {
                file.setMode(stat.mode() & ~OTHERS);
                target.notes().altered(path + ": others can no longer read it");
            }
            return true;
        } catch (PosixException e) {
            target.notes().skipped(path + ": cannot be looked at: " + e.getMessage());
            return false;
        }
    }
}
