package dev.packhorse.engine.host;

import dev.packhorse.engine.posix.RecordLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The lock that all writers of the user database hold: a record lock on `/etc/.pwd.lock`, which
/// lckpwdf(3) takes too.
final class UserDatabaseLock {
    private final HostRoot root;

    UserDatabaseLock(HostRoot root) {
        this.root = root;
    }

    /// Waits up to 15 seconds, as the C library does.
    ///
    /// @throws IOException if another process holds it all the time, or the file cannot be opened
    RecordLock acquire() throws IOException {
        Path file = root.resolve(HostLayout.PASSWORD_LOCK);
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("there is no folder /etc below the host root " + root.folder());
        }
        return RecordLock.acquire(file, HostLayout.PASSWORD_LOCK);
    }
}
