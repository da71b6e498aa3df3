package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.FileStat;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Which files with several names were packed, and under which name first. Bounded: a file is
/// forgotten when all its names were seen, and past the limit of unfinished ones further files are
/// packed once per name. One thread.
final class HardLinkTable {
    /// How many files with names still to come are remembered.
    static final int LIMIT = 100_000;

    private final Map<Key, Known> files = new HashMap<>();
    private final int limit;
    private boolean overflowed;

    HardLinkTable() {
        this(LIMIT);
    }

    HardLinkTable(int limit) {
        this.limit = limit;
    }

    /// The name under which the file was packed, if it was and has not changed since; the file has
    /// one more name seen now.
    Optional<BytePath> firstName(FileStat file) {
        Key key = Key.of(file);
        Known known = files.get(key);
        if (known == null) {
            return Optional.empty();
        }
        known.namesToCome--;
        if (known.namesToCome == 0) {
            files.remove(key);
        }
        return known.isLike(file) ? Optional.of(known.path) : Optional.empty();
    }

    /// Remembers a file that was packed, if it has further names.
    void remember(FileStat file, BytePath path) {
        if (file.links() < 2) {
            return;
        }
        if (files.size() >= limit) {
            overflowed = true;
            return;
        }
        files.put(Key.of(file), new Known(path, file));
    }

    /// Whether a file was not remembered for want of room.
    boolean overflowed() {
        return overflowed;
    }

    private record Key(long device, long inode) {
        static Key of(FileStat file) {
            return new Key(file.device(), file.inode());
        }
    }

    /// Size and time are kept because the system gives the number of a deleted file to a new one.
    private static final class Known {
        final BytePath path;
        private final long sizeBytes;
        private final long mtimeSeconds;
        private final int mtimeNanos;
        int namesToCome;

        Known(BytePath path, FileStat file) {
            this.path = path;
            this.sizeBytes = file.sizeBytes();
            this.mtimeSeconds = file.mtimeSeconds();
            this.mtimeNanos = file.mtimeNanos();
            this.namesToCome = file.links() - 1;
        }

        boolean isLike(FileStat file) {
            return file.sizeBytes() == sizeBytes
                    && file.mtimeSeconds() == mtimeSeconds
                    && file.mtimeNanos() == mtimeNanos;
        }
    }
}
