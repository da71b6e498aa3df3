package dev.packhorse.transport.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// One lock for each place without hard links, under which an object gets its name there: a place
/// whose disk hangs keeps nobody from another. Safe for many threads.
final class CreationLocks {
    /// As many as there were places in the life of the process: a handful.
    private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    private CreationLocks() {}

    /// The lock of a place, by whichever path it was opened.
    static ReentrantLock of(Path root) throws IOException {
        return LOCKS.computeIfAbsent(root.toRealPath(), _ -> new ReentrantLock());
    }
}
