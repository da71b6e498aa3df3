package dev.packhorse.engine.host;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/// Changes of files with `KEY=value` lines, from what stands in them at that moment. Those of this
/// process come one after another, so that none loses what another has just written.
public final class AccountFileChange {
    private static final ReentrantLock CHANGES = new ReentrantLock();

    private AccountFileChange() {}

    /// Makes a content of another.
    @FunctionalInterface
    public interface Edit {
        /// The new content.
        ///
        /// @param before empty if there is no file
        /// @throws IOException to leave the file as it is
        byte[] of(byte[] before) throws IOException;
    }

    /// Changes a file; when this returns, the change is on stable storage.
    ///
    /// @param whenNew the rights of a file that is not there yet
    /// @throws IOException if that failed; then the file is unchanged
    public static void make(HostFiles files, String path, FileRights whenNew, Edit edit)
            throws IOException {
        CHANGES.lock();
        try {
            byte[] before =
                    files.readBytes(path, HostFiles.DEFAULT_LIMIT).orElseGet(() -> new byte[0]);
            files.replaceContent(path, edit.of(before), whenNew);
        } finally {
            CHANGES.unlock();
        }
    }
}
