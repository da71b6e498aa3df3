package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.PosixFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/// Unpacks the members outside the home directory into a folder that only root can read: files
/// 0600, folders 0700, whatever the archive says of them. One thread.
final class MetadataFolder implements AutoCloseable {
    private static final int FILE_MODE = 0600;
    private static final int FOLDER_MODE = 0700;

    private final Directory root;
    private final byte[] buffer = new byte[64 * 1024];
    private Directory current;
    private ByteString currentPath = ByteString.of("");

    private MetadataFolder(Directory root) throws IOException {
        this.root = root;
        current = root.duplicate();
    }

    /// Opens the folder.
    ///
    /// @param folder a path that nobody but root can change
    /// @throws IllegalArgumentException if it is not empty
    static MetadataFolder open(Path folder) throws IOException {
        Directory root = Directory.openTrusted(folder);
        boolean opened = false;
        try {
            if (!root.list().isEmpty()) {
                throw new IllegalArgumentException("folder to unpack into is not empty: " + folder);
            }
            MetadataFolder metadata = new MetadataFolder(root);
            opened = true;
            return metadata;
        } finally {
            if (!opened) {
                root.close();
            }
        }
    }

    /// Makes a folder and those above it.
    void makeFolder(BytePath path) throws IOException {
        enter(path.names());
    }

    /// Writes a regular file, its holes as holes.
    void write(BytePath path, TarMember member, InputStream content) throws IOException {
        List<ByteName> names = path.names();
        enter(names.subList(0, names.size() - 1));
        try (PosixFile file = current.create(names.getLast(), FILE_MODE)) {
            if (member.regions().isEmpty()) {
                copy(content, file, new DataRegion(0, member.sizeBytes()));
                return;
            }
            file.truncate(member.sizeBytes());
            for (DataRegion region : member.regions()) {
                copy(content, file, region);
            }
        }
    }

    private void copy(InputStream content, PosixFile file, DataRegion region) throws IOException {
        long done = 0;
        while (done < region.length()) {
            int most = (int) Math.min(buffer.length, region.length() - done);
            int count = content.read(buffer, 0, most);
            if (count < 0) {
                throw new EOFException("member is shorter than it declares");
            }
            file.writeAt(ByteBuffer.wrap(buffer, 0, count), region.offset() + done);
            done += count;
        }
    }

    private void enter(List<ByteName> names) throws IOException {
        ByteString path = ByteString.of("");
        for (ByteName name : names) {
            path = path.concat(name.value()).concat(ByteString.of("/"));
        }
        if (path.equals(currentPath)) {
            return;
        }
        Directory at = root.duplicate();
        try {
            for (ByteName name : names) {
                Directory next =
                        at.find(name).isPresent()
                                ? at.open(name)
                                : at.makeDirectory(name, FOLDER_MODE);
                at.close();
                at = next;
            }
            Directory left = current;
            current = at;
            at = left;
            currentPath = path;
        } finally {
            at.close();
        }
    }

    /// The names in a folder, empty if it is absent.
    List<ByteName> list(ByteName folder) throws IOException {
        if (root.find(folder).isEmpty()) {
            return List.of();
        }
        try (Directory directory = root.open(folder)) {
            return directory.list();
        }
    }

    /// Removes everything that was unpacked.
    void empty() throws IOException {
        for (ByteName name : root.list()) {
            root.removeTree(name);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            current.close();
        } finally {
            root.close();
        }
    }
}
