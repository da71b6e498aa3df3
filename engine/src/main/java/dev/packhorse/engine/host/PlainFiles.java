package dev.packhorse.engine.host;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The files below a folder, as [HostFiles] has them where nothing watches and nothing is
/// rehearsed. Safe for many threads.
///
/// The file itself is never followed if it is a link. Below a foreign root no folder on the way may
/// be a link either, so that a link in it cannot lead to the running system; on the running system
/// links between root's own folders are common and are followed.
///
/// A file is visible whole or as it was before: it is written under a temporary name in the same
/// folder, synced, renamed, and the folder synced. Below a foreign root a process that is not root
/// leaves all files its own, since it cannot give them away.
final class PlainFiles {

    private final HostRoot root;
    private final boolean givesAway;

    PlainFiles(HostRoot root) {
        this.root = root;
        this.givesAway = !root.isForeign() || Identity.ofProcess().isRoot();
    }

    /// Whether files are given to others, which below a foreign root takes a process of root's.
    boolean givesAway() {
        return givesAway;
    }

    /// The content of a regular file, empty if there is none.
    ///
    /// @param maxBytes more than that is refused
    /// @throws IOException if it is larger, is no regular file, or cannot be read; the message
    ///   names it
    Optional<byte[]> readBytes(String path, long maxBytes) throws IOException {
        try (Directory folder = parent(path);
                PosixFile file = folder.openForReading(name(path))) {
            return Optional.of(FileBytes.readAll(path, file, maxBytes));
        } catch (PosixException e) {
            return absentOr(e, "cannot read " + path);
        }
    }

    /// What the kernel says of a file or folder, links not followed; empty if there is none.
    Optional<FileStat> stat(String path) throws IOException {
        try (Directory folder = parent(path)) {
            return folder.find(name(path));
        } catch (PosixException e) {
            return absentOr(e, "cannot look at " + path);
        }
    }

    /// The names in a folder, sorted by bytes; none if there is no such folder.
    List<ByteName> list(String folder) throws IOException {
        try (Directory directory = open(folder)) {
            return directory.list();
        } catch (PosixException e) {
            return this.<List<ByteName>>absentOr(e, "cannot list " + folder).orElse(List.of());
        }
    }

    /// Makes the file of an existing folder exist with this content and these rights, whatever was
    /// there.
    ///
    /// @throws IOException if that failed; then what was there is unchanged
    void write(String path, byte[] content, FileRights rights) throws IOException {
        try (Directory folder = parent(path)) {
            TemporaryFile.sweep(folder);
            replace(folder, name(path), content, rights);
        } catch (PosixException e) {
            throw new IOException("cannot write " + path + ": " + e.getMessage(), e);
        }
    }

    /// Makes a folder of an existing folder exist; one that exists is left as it is.
    void makeFolder(String path, FileRights rights) throws IOException {
        try (Directory folder = parent(path)) {
            makeFolder(folder, name(path), rights);
        } catch (PosixException e) {
            throw new IOException("cannot make folder " + path + ": " + e.getMessage(), e);
        }
    }

    /// Removes a file or link.
    ///
    /// @return whether there was one
    boolean remove(String path) throws IOException {
        try (Directory folder = parent(path)) {
            folder.removeFile(name(path));
            folder.sync();
            return true;
        } catch (PosixException e) {
            return this.<Boolean>absentOr(e, "cannot remove " + path).orElse(false);
        }
    }

    /// Opens a folder of the host; the caller closes it.
    ///
    /// @throws PosixException if there is none, or a folder on the way is a link below a foreign
    ///   root
    Directory open(String folder) throws IOException {
        if (!root.isForeign()) {
            return Directory.openTrusted(Path.of(folder));
        }
        Directory top = Directory.openTrusted(root.folder());
        if (folder.equals("/")) {
            return top;
        }
        try (top) {
            return top.openBeneath(relative(folder));
        }
    }

    private Directory parent(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        return open(slash == 0 ? "/" : path.substring(0, Math.max(slash, 0)));
    }

    private static ByteName name(String path) {
        return relative(path).name();
    }

    private static BytePath relative(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("not an absolute path of the host: " + path);
        }
        return BytePath.of(path.substring(1));
    }

    /// Makes a link of an existing folder, where nothing bears its name.
    void makeSymlink(String path, ByteString target) throws IOException {
        try (Directory folder = parent(path)) {
            folder.makeSymlink(name(path), target);
            folder.sync();
        } catch (PosixException e) {
            throw new IOException("cannot make link " + path + ": " + e.getMessage(), e);
        }
    }

    /// Where a link leads.
    ByteString readLink(String path) throws IOException {
        try (Directory folder = parent(path)) {
            return folder.readLink(name(path));
        }
    }

    /// Removes a folder that is empty.
    void removeFolder(String path) throws IOException {
        try (Directory folder = parent(path)) {
            folder.removeDirectory(name(path));
            folder.sync();
        }
    }

    private void makeFolder(Directory parent, ByteName name, FileRights rights) throws IOException {
        if (parent.find(name).isPresent()) {
            return;
        }
        try (Directory made = parent.makeDirectory(name, 0700)) {
            if (givesAway) {
                made.setOwner(rights.uid(), rights.gid());
            }
            made.setMode(rights.mode());
            parent.sync();
        } catch (PosixException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
    }

    private void replace(Directory folder, ByteName name, byte[] content, FileRights rights)
            throws IOException {
        ByteName temporary = TemporaryFile.newName();
        boolean renamed = false;
        try {
            fill(folder, temporary, content, rights);
            folder.rename(temporary, folder, name);
            renamed = true;
            folder.sync();
        } finally {
            if (!renamed) {
                TemporaryFile.discard(folder, temporary);
            }
        }
    }

    private void fill(Directory folder, ByteName name, byte[] content, FileRights rights)
            throws IOException {
        try (PosixFile file = folder.create(name, 0600)) {
            file.write(ByteBuffer.wrap(content));
            if (givesAway) {
                file.setOwner(rights.uid(), rights.gid());
            }
            file.setMode(rights.mode());
            file.sync();
        }
    }

    private <T> Optional<T> absentOr(PosixException e, String what) throws IOException {
        if (e.is(Errno.ENOENT)) {
            return Optional.empty();
        }
        throw new IOException(what + ": " + e.getMessage(), e);
    }
}
