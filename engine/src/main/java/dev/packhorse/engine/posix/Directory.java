package dev.packhorse.engine.posix;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A held directory: all work on what it contains goes through its descriptor and single names, so
/// that nobody can redirect it by replacing a part of a path. Links are never followed, except by
/// [#openTrusted]. Every call can fail with a [PosixException] that names the call and the thing.
///
/// One thread at a time. Use after [#close()] is an [IllegalStateException].
public final class Directory implements AutoCloseable {
    private final Descriptor descriptor;

    Directory(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /// Opens a directory by its path, following links: only for paths that nobody but root (or the
    /// user of this process) can change.
    public static Directory openTrusted(Path path) throws PosixException {
        return new Directory(Opening.trusted(path.toString()));
    }

    /// Opens a directory in this one; ELOOP for a link, ENOTDIR for anything else that is none.
    public Directory open(ByteName name) throws PosixException {
        return new Directory(Opening.directory(descriptor, name));
    }

    /// Opens a directory below this one; ELOOP if any name of the path is a link.
    public Directory openBeneath(BytePath path) throws PosixException {
        return new Directory(Opening.beneath(descriptor, path));
    }

    /// This directory once more, with a descriptor of its own that can be used by another thread.
    /// The calling thread needs the right to read the directory.
    public Directory duplicate() throws PosixException {
        return new Directory(Opening.again(descriptor));
    }

    /// What the kernel says of this directory.
    public FileStat stat() throws PosixException {
        return descriptor.stat();
    }

    /// What the kernel says of an entry, of a link itself if it is one.
    public FileStat stat(ByteName name) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            return decoded(scratch, name, Stats.callAt(scratch, descriptor.number(), name));
        }
    }

    private static FileStat decoded(Scratch scratch, ByteName name, long result)
            throws PosixException {
        Descriptor.checked(Syscall.STATX, name.toString(), result);
        return Stats.decode(scratch);
    }

    /// As [#stat(ByteName)]; empty if there is no such entry, and only then.
    public Optional<FileStat> find(ByteName name) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result = Stats.callAt(scratch, descriptor.number(), name);
            return result == -Errno.ENOENT.value()
                    ? Optional.empty()
                    : Optional.of(decoded(scratch, name, result));
        }
    }

    /// The names of all entries, sorted by their bytes, without `.` and `..`.
    public List<ByteName> list() throws PosixException {
        return sorted(new Listing(descriptor));
    }

    /// As [#list] without what is no folder, at a fraction of its cost; where the file system does
    /// not tell what an entry is, it is among them.
    public List<ByteName> listFolders() throws PosixException {
        return sorted(new Listing(descriptor, true));
    }

    private static List<ByteName> sorted(Listing listing) throws PosixException {
        listing.rewind();
        List<ByteName> all = new ArrayList<>();
        for (List<ByteName> some = listing.next(); !some.isEmpty(); some = listing.next()) {
            all.addAll(some);
        }
        all.sort(null);
        return all;
    }

    /// Opens a regular file for reading: ELOOP for a link, EISDIR for a directory, EINVAL or ENXIO
    /// for a FIFO, socket or device, and never waits for one. The file's time of access stays as it
    /// is where the file belongs to the caller.
    public PosixFile openForReading(ByteName name) throws PosixException {
        return PosixFile.openForReading(descriptor, name);
    }

    /// As [#openForReading], for a file below this directory; ELOOP if any name of the path is a
    /// link. May be called by many threads at a time, as long as none closes this directory.
    public PosixFile openForReadingBeneath(BytePath path) throws PosixException {
        return PosixFile.openForReadingBeneath(descriptor, path);
    }

    /// Creates a file that must not exist (EEXIST) and opens it for reading and writing. It has
    /// exactly this mode, whatever the umask; at no moment it has more.
    ///
    /// @param mode permission bits, up to 07777
    public PosixFile create(ByteName name, int mode) throws PosixException {
        Descriptor.checkedMode(mode);
        Descriptor file = Opening.newFile(descriptor, name, mode);
        try {
            file.setMode(mode);
            return PosixFile.regular(file);
        } catch (PosixException e) {
            NewEntry.undo(e, file, () -> removeFile(name));
            throw e;
        }
    }

    /// As [#create], for a file that gets its mode later: until then its owner may read and write
    /// it, if the umask lets that be, and nobody else anything.
    public PosixFile createPrivate(ByteName name) throws PosixException {
        return PosixFile.regular(Opening.newFile(descriptor, name, 0600));
    }

    /// Makes a directory that must not exist (EEXIST) and opens it. It has exactly this mode,
    /// whatever the umask and the set-group-id bit of this directory; until then only its owner can
    /// use it. ESTALE if somebody replaced it meanwhile.
    ///
    /// @param mode permission bits, up to 07777
    public Directory makeDirectory(ByteName name, int mode) throws PosixException {
        return new Directory(NewEntry.directory(this, name, Descriptor.checkedMode(mode)));
    }

    /// Makes a link with this text as its target, whatever that is.
    public void makeSymlink(ByteName name, ByteString target) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long text = scratch.secondText(target, Syscall.SYMLINKAT);
            long result =
                    scratch.call(Syscall.SYMLINKAT, text, descriptor.number(), scratch.text(name));
            Descriptor.checked(Syscall.SYMLINKAT, name.toString(), result);
        }
    }

    /// Makes a FIFO with mode 0600, to try what a tree with one does to others; EEXIST if the name
    /// exists.
    public void makeFifo(ByteName name) throws PosixException {
        Links.makeSpecial(descriptor, name, Flags.S_IFIFO);
    }

    /// Makes a socket that nobody listens on, with mode 0600; EEXIST if the name exists.
    public void makeSocket(ByteName name) throws PosixException {
        Links.makeSpecial(descriptor, name, Flags.S_IFSOCK);
    }

    /// The target of a link; EINVAL if the entry is none.
    public ByteString readLink(ByteName name) throws PosixException {
        return Links.target(descriptor, name);
    }

    /// Makes `name` in this directory one more name of an existing file, which may be a link itself
    /// and is not followed. EEXIST if `name` exists.
    public void makeHardLink(Directory targetDirectory, ByteName targetName, ByteName name)
            throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result =
                    scratch.call(
                            Syscall.LINKAT,
                            targetDirectory.descriptor.number(),
                            scratch.text(targetName),
                            descriptor.number(),
                            scratch.secondText(name),
                            0);
            Descriptor.checked(Syscall.LINKAT, targetName + " to " + name, result);
        }
    }

    /// Renames an entry of this directory, replacing an entry of that name (for a directory: an
    /// empty directory) in one step.
    public void rename(ByteName from, Directory toDirectory, ByteName to) throws PosixException {
        Links.rename(descriptor, from, toDirectory.descriptor, to, 0);
    }

    /// Renames an entry of this directory unless the new name exists (EEXIST). Where the file
    /// system cannot promise that (network file systems), it is looked for before, which is as good
    /// only in a directory that nobody else changes at the same time: not for directories that a
    /// customer can write to.
    public void renameIfAbsent(ByteName from, Directory toDirectory, ByteName to)
            throws PosixException {
        try {
            Links.rename(descriptor, from, toDirectory.descriptor, to, Flags.RENAME_NOREPLACE);
        } catch (PosixException e) {
            if (!e.isUnsupported()) {
                throw e;
            }
            if (toDirectory.find(to).isPresent()) {
                throw new PosixException(
                        Syscall.RENAMEAT2.toString(), from + " to " + to, Errno.EEXIST);
            }
            rename(from, toDirectory, to);
        }
    }

    /// Swaps two entries that both exist, in one step; ENOENT if one does not, see
    /// [PosixException#isUnsupported] where the file system cannot do that. [FolderSwap] does
    /// without.
    public void exchange(ByteName name, Directory otherDirectory, ByteName other)
            throws PosixException {
        Links.rename(descriptor, name, otherDirectory.descriptor, other, Flags.RENAME_EXCHANGE);
    }

    /// Removes an entry that is not a directory; EISDIR if it is one, ENOENT if there is none.
    public void removeFile(ByteName name) throws PosixException {
        Descriptor.checked(Syscall.UNLINKAT, name.toString(), unlink(name, 0));
    }

    /// Removes an empty directory; ENOTEMPTY if it is not empty.
    public void removeDirectory(ByteName name) throws PosixException {
        long result = unlink(name, Flags.AT_REMOVEDIR);
        Descriptor.checked(Syscall.UNLINKAT, name.toString(), result);
    }

    /// Removes an entry with all that it contains; an absent one is fine. Links are removed, never
    /// followed; a mount point is left with its content (EBUSY). What was removed before a failure
    /// stays removed, and what is left of the tree may have been moved to its top.
    public void removeTree(ByteName name) throws PosixException {
        new TreeRemoval(this).remove(name);
    }

    /// The kernel's result of removing a name.
    long unlink(ByteName name, int flags) {
        try (Scratch scratch = Scratch.take()) {
            return scratch.call(Syscall.UNLINKAT, descriptor.number(), scratch.text(name), flags);
        }
    }

    /// Sets the permission bits of this directory, up to 07777.
    public void setMode(int mode) throws PosixException {
        descriptor.setMode(mode);
    }

    /// Sets as much of these permission bits as this process may: where the service's confinement
    /// forbids set-user-id and set-group-id bits, the others.
    ///
    /// @return whether all were set
    public boolean setModeAsAllowed(int mode) throws PosixException {
        return descriptor.setModeAsAllowed(mode);
    }

    /// Gives this directory to a user and a group.
    public void setOwner(int uid, int gid) throws PosixException {
        descriptor.setOwner(uid, gid);
    }

    /// Sets the time of modification of this directory, which later changes in it set anew.
    ///
    /// @param mtimeSeconds since 1970, may be negative
    /// @param mtimeNanos 0 to 999,999,999, always counted forward
    public void setTimes(long mtimeSeconds, int mtimeNanos) throws PosixException {
        descriptor.setTimes(mtimeSeconds, mtimeNanos);
    }

    /// Gives an entry to a user and a group, a link itself if it is one. The kernel takes the
    /// set-user-id and set-group-id bits away from a file: set the mode afterwards.
    public void setOwner(ByteName name, int uid, int gid) throws PosixException {
        Links.setOwner(descriptor, name, uid, gid);
    }

    /// Sets the time of modification of an entry, of a link itself if it is one.
    ///
    /// @param mtimeSeconds since 1970, may be negative
    /// @param mtimeNanos 0 to 999,999,999, always counted forward
    public void setTimes(ByteName name, long mtimeSeconds, int mtimeNanos) throws PosixException {
        Links.setTimes(descriptor, name, mtimeSeconds, mtimeNanos);
    }

    /// The extended attributes that the calling thread may see; none where the file system has
    /// none.
    public Map<ByteString, ByteString> xattrs() throws PosixException {
        return Xattrs.read(descriptor);
    }

    /// Sets an extended attribute, replacing its value; ENOTSUP where the file system has none.
    ///
    /// @param name with its name space, as `user.comment`
    public void setXattr(ByteString name, ByteString value) throws PosixException {
        Xattrs.write(descriptor, name, value);
    }

    /// Returns when the entries of this directory are on the disk. Some network file systems have
    /// no call for that (CIFS on older kernels): then there is nothing to wait for, which is told
    /// once.
    public void sync() throws PosixException {
        try {
            descriptor.sync();
        } catch (PosixException e) {
            if (!e.isUnsupported()) {
                throw e;
            }
            UnsyncedNames.tell(descriptor);
        }
    }

    /// Returns when everything that was written to the file system of this directory is on the
    /// disk: dear for a single file, cheap after many.
    public void syncFileSystem() throws PosixException {
        descriptor.syncFileSystem();
    }

    Descriptor descriptor() {
        return descriptor;
    }

    /// Closes the descriptor; nothing happens if it is closed.
    @Override
    public void close() throws PosixException {
        descriptor.close();
    }
}
