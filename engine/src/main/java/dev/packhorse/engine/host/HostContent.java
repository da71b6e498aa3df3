package dev.packhorse.engine.host;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// Writes files of the host that are too large to be held in memory, under the rules of
/// [HostFiles]: visible whole or not at all.
public final class HostContent {
    private static final int BLOCK = 1 << 16;

    private final HostFiles files;

    public HostContent(HostFiles files) {
        this.files = files;
    }

    /// Makes a file of an existing folder hold these bytes. A file that exists keeps its mode and
    /// owner.
    ///
    /// @param folder absolute path of the host
    /// @throws IOException if that failed; then what was there is unchanged
    public void write(String folder, ByteName name, InputStream content, FileRights whenNew)
            throws IOException {
        String path = folder + "/" + name;
        FileRights rights = files.stat(path).map(FileRights::of).orElse(whenNew);
        HostWatch watch = files.root().watch();
        watch.before(path);
        try (Directory directory = files.open(folder)) {
            TemporaryFile.sweep(directory);
            ByteName temporary = TemporaryFile.newName();
            boolean placed = false;
            try {
                fill(directory, temporary, content, rights);
                directory.rename(temporary, directory, name);
                placed = true;
                directory.sync();
            } finally {
                if (!placed) {
                    TemporaryFile.discard(directory, temporary);
                }
            }
        }
        watch.after(path);
    }

    private void fill(Directory folder, ByteName name, InputStream content, FileRights rights)
            throws IOException {
        try (PosixFile file = folder.create(name, 0600)) {
            byte[] block = new byte[BLOCK];
            for (int count = content.read(block); count >= 0; count = content.read(block)) {
                file.write(ByteBuffer.wrap(block, 0, count));
            }
            if (files.givesAway()) {
                file.setOwner(rights.uid(), rights.gid());
            }
            file.setMode(rights.mode());
            file.sync();
        }
    }
}
