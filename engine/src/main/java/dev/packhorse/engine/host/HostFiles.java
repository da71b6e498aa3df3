package dev.packhorse.engine.host;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads and writes files of the host below its root: small ones, whole, by the absolute path the
/// host knows them under. For the fixed paths of [HostLayout] and others in folders that only root
/// can change, never for anything inside a home. Safe for many threads.
///
/// The file itself is never followed if it is a link. Below a foreign root no folder on the way may
/// be a link either, so that a link in it cannot lead to the running system; on the running system
/// links between root's own folders are common and are followed.
///
/// A file is visible whole or as it was before: it is written under a temporary name in the same
/// folder, synced, renamed, and the folder synced. Below a foreign root a process that is not root
/// leaves all files its own, since it cannot give them away.
public final class HostFiles {
    /// The limit for files that people or panels write by hand.
    public static final long DEFAULT_LIMIT = 8L << 20;

    private static final int BLOCK = 1 << 16;
    private static final FileRights NEW_FOLDER = FileRights.ofRoot(0755);

    private final HostRoot root;
    private final boolean givesAway;

    public HostFiles(HostRoot root) {
        this.root = root;
        this.givesAway = !root.isForeign() || Identity.ofProcess().isRoot();
    }

    /// The root below which the files lie.
    public HostRoot root() {
        return root;
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
    public Optional<byte[]> readBytes(String path, long maxBytes) throws IOException {
        try (Directory folder = parent(path);
                PosixFile file = folder.openForReading(name(path))) {
            return Optional.of(readAll(path, file, maxBytes));
        } catch (PosixException e) {
            return absentOr(e, "cannot read " + path);
        }
    }

    /// The content of a UTF-8 text file of at most [#DEFAULT_LIMIT] bytes, empty if there is none.
    ///
    /// @throws IOException as [#readBytes]; a [HostFormatException] if it is not UTF-8
    public Optional<String> readText(String path) throws IOException {
        Optional<byte[]> bytes = readBytes(path, DEFAULT_LIMIT);
        return bytes.isEmpty() ? Optional.empty() : Optional.of(decode(path, bytes.get()));
    }

    /// What the kernel says of a file or folder, links not followed; empty if there is none.
    public Optional<FileStat> stat(String path) throws IOException {
        try (Directory folder = parent(path)) {
            return folder.find(name(path));
        } catch (PosixException e) {
            return absentOr(e, "cannot look at " + path);
        }
    }

    /// The names in a folder, sorted by bytes; none if there is no such folder.
    public List<ByteName> list(String folder) throws IOException {
        try (Directory directory = open(folder)) {
            return directory.list();
        } catch (PosixException e) {
            return this.<List<ByteName>>absentOr(e, "cannot list " + folder).orElse(List.of());
        }
    }

    /// Makes the file exist with this content and these rights, whatever was there; missing folders
    /// on the way are made with mode 0755.
    ///
    /// @throws IOException if that failed; then what was there is unchanged
    public void write(String path, byte[] content, FileRights rights) throws IOException {
        makeParents(path);
        try (Directory folder = parent(path)) {
            TemporaryFile.sweep(folder);
            replace(folder, name(path), content, rights);
        } catch (PosixException e) {
            throw new IOException("cannot write " + path + ": " + e.getMessage(), e);
        }
    }

    /// As [#write] with the text in UTF-8.
    public void writeText(String path, String content, FileRights rights) throws IOException {
        write(path, content.getBytes(StandardCharsets.UTF_8), rights);
    }

    /// As [#write], but a file that exists keeps its mode and owner.
    public void replaceContent(String path, byte[] content, FileRights whenNew) throws IOException {
        write(path, content, stat(path).map(FileRights::of).orElse(whenNew));
    }

    /// Makes a folder exist, with missing folders on the way; one that exists is left as it is.
    public void makeFolder(String path, FileRights rights) throws IOException {
        makeParents(path);
        try (Directory folder = parent(path)) {
            makeFolder(folder, name(path), rights);
        } catch (PosixException e) {
            throw new IOException("cannot make folder " + path + ": " + e.getMessage(), e);
        }
    }

    /// Removes a file or link.
    ///
    /// @return whether there was one
    public boolean remove(String path) throws IOException {
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
    public Directory open(String folder) throws IOException {
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

    private void makeParents(String path) throws IOException {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String folder = path.substring(0, slash);
            try (Directory above = parent(folder)) {
                makeFolder(above, name(folder), NEW_FOLDER);
            } catch (PosixException e) {
                throw new IOException("cannot make folder " + folder + ": " + e.getMessage(), e);
            }
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

    private static byte[] readAll(String path, PosixFile file, long maxBytes) throws IOException {
        byte[] content = new byte[(int) Math.min(file.stat().sizeBytes() + 1, BLOCK)];
        int length = 0;
        while (true) {
            ByteBuffer target = ByteBuffer.wrap(content, length, content.length - length);
            int count = file.read(target);
            if (count < 0) {
                return Arrays.copyOf(content, length);
            }
            length += count;
            if (length > maxBytes) {
                throw new IOException(path + " has more than " + maxBytes + " bytes");
            }
            if (length == content.length) {
                content = Arrays.copyOf(content, length * 2);
            }
        }
    }

    /// The text of UTF-8 bytes.
    ///
    /// @throws HostFormatException with the line of the first byte that is wrong
    static String decode(String file, byte[] bytes) throws HostFormatException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
        } catch (CharacterCodingException e) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new HostFormatException(file, line, "not UTF-8 text", e);
        }
    }

    private <T> Optional<T> absentOr(PosixException e, String what) throws IOException {
        if (e.is(Errno.ENOENT)) {
            return Optional.empty();
        }
        throw new IOException(what + ": " + e.getMessage(), e);
    }
}
