package dev.packhorse.engine.host;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

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
///
/// The root may have a [HostWatch], which sees each change before it is made, or be a
/// [HostRehearsal]: then changes go into a folder of their own, and what was not changed is read
/// from the root that is rehearsed.
public final class HostFiles {
    /// The limit for files that people or panels write by hand.
    public static final long DEFAULT_LIMIT = 8L << 20;

    private static final FileRights NEW_FOLDER = FileRights.ofRoot(0755);

    private final HostRoot root;
    private final PlainFiles plain;
    private final HostWatch watch;

    public HostFiles(HostRoot root) {
        this.root = root;
        this.plain = new PlainFiles(root);
        this.watch = root.watch();
    }

    /// The root below which the files lie.
    public HostRoot root() {
        return root;
    }

    /// Whether files are given to others, which below a foreign root takes a process of root's.
    boolean givesAway() {
        return plain.givesAway();
    }

    /// Where a path is read: of a rehearsal what it did not change is read where it really lies.
    ///
    /// @return these files, or those of the root that is rehearsed
    public HostFiles at(String path) {
        Optional<HostRehearsal> rehearsal = root.rehearsal();
        return rehearsal.isPresent() && !rehearsal.get().touched(path)
                ? new HostFiles(rehearsal.get().base())
                : this;
    }

    /// The content of a regular file, empty if there is none.
    ///
    /// @param maxBytes more than that is refused
    /// @throws IOException if it is larger, is no regular file, or cannot be read; the message
    ///   names it
    public Optional<byte[]> readBytes(String path, long maxBytes) throws IOException {
        return at(path).plain.readBytes(path, maxBytes);
    }

    /// The content of a UTF-8 text file of at most [#DEFAULT_LIMIT] bytes, empty if there is none.
    ///
    /// @throws IOException as [#readBytes]; a [HostFormatException] if it is not UTF-8
    public Optional<String> readText(String path) throws IOException {
        Optional<byte[]> bytes = readBytes(path, DEFAULT_LIMIT);
        return bytes.isEmpty()
                ? Optional.empty()
                : Optional.of(FileBytes.decode(path, bytes.get()));
    }

    /// What the kernel says of a file or folder, links not followed; empty if there is none.
    public Optional<FileStat> stat(String path) throws IOException {
        return at(path).plain.stat(path);
    }

    /// The names in a folder, sorted by bytes; none if there is no such folder.
    public List<ByteName> list(String folder) throws IOException {
        Optional<HostRehearsal> rehearsal = root.rehearsal();
        if (rehearsal.isEmpty()) {
            return plain.list(folder);
        }
        TreeSet<ByteName> names = new TreeSet<>(plain.list(folder));
        names.addAll(new HostFiles(rehearsal.get().base()).list(folder));
        names.removeIf(name -> rehearsal.get().removed(folder + "/" + name));
        return List.copyOf(names);
    }

    /// Makes the file exist with this content and these rights, whatever was there; missing folders
    /// on the way are made with mode 0755.
    ///
    /// @throws IOException if that failed; then what was there is unchanged
    public void write(String path, byte[] content, FileRights rights) throws IOException {
        makeParents(path);
        watch.before(path);
        plain.write(path, content, rights);
        watch.after(path);
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
        if (stat(path).isEmpty()) {
            makeParents(path);
            watch.before(path);
            plain.makeFolder(path, rights);
            watch.after(path);
        }
    }

    /// Makes a link, in an existing folder.
    ///
    /// @throws IOException if that failed, or something bears its name
    public void makeSymlink(String path, ByteString target) throws IOException {
        makeParents(path);
        watch.before(path);
        plain.makeSymlink(path, target);
        watch.after(path);
    }

    /// Where a link leads.
    ///
    /// @throws IOException if it is none
    public ByteString readLink(String path) throws IOException {
        return at(path).plain.readLink(path);
    }

    /// Removes a file or link.
    ///
    /// @return whether there was one
    public boolean remove(String path) throws IOException {
        if (stat(path).isEmpty()) {
            return false;
        }
        watch.before(path);
        boolean removed = plain.remove(path);
        watch.after(path);
        return removed || root.rehearsal().isPresent();
    }

    /// Removes a folder that is empty.
    void removeFolder(String path) throws IOException {
        watch.before(path);
        plain.removeFolder(path);
        watch.after(path);
    }

    /// Opens a folder of the host; the caller closes it. For reading [#at] says whose folder it is;
    /// who writes there tells [HostRoot#watch] before and after.
    ///
    /// @throws PosixException if there is none, or a folder on the way is a link below a foreign
    ///   root
    public Directory open(String folder) throws IOException {
        boolean mirrored =
                root.rehearsal().isPresent()
                        && stat(folder).filter(s -> s.type() == FileType.DIRECTORY).isPresent();
        if (mirrored) {
            makeParents(folder + "/x");
        }
        return plain.open(folder);
    }

    /// Folders that a rehearsal only mirrors are no change.
    private void makeParents(String path) throws IOException {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String folder = path.substring(0, slash);
            if (plain.stat(folder).isEmpty()) {
                boolean mirrored = stat(folder).isPresent();
                HostWatch watching = mirrored ? HostWatch.NONE : watch;
                watching.before(folder);
                plain.makeFolder(folder, NEW_FOLDER);
                watching.after(folder);
            }
        }
    }
}
