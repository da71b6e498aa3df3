package dev.packhorse.engine.posix;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// An open regular file. Every call can fail with a [PosixException] that names the call and the
/// file. Reading and writing share one position, which starts at 0.
///
/// One thread at a time. Use after [#close()] is an [IllegalStateException].
public final class PosixFile implements AutoCloseable {
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private final Descriptor descriptor;
    private final FileStat openedStat;
    // Kept here instead of in the kernel, where the search for holes would move it.
    private long position;

    private PosixFile(Descriptor descriptor, FileStat openedStat) {
        this.descriptor = descriptor;
        this.openedStat = openedStat;
    }

    /// Opens a regular file. For an account it is first opened as root and judged by the
    /// descriptor, which saves the switch of rights for nearly all files; what is not clearly the
    /// account's own is closed unread and opened again with the account's rights.
    static PosixFile openForReading(Descriptor directory, ByteName name) throws PosixException {
        ActingThread acting = ActingThread.current();
        if (acting != null) {
            Optional<Descriptor> early = Opening.asProcess(directory, name);
            if (early.isPresent()) {
                Optional<PosixFile> own = own(early.get(), acting);
                if (own.isPresent()) {
                    return own.get();
                }
            }
        }
        return regular(Opening.forReading(directory, name));
    }

    /// Opens a regular file at a path below a directory, none of whose names may be a link, by the
    /// same rules.
    static PosixFile openForReadingBeneath(Descriptor directory, BytePath path)
            throws PosixException {
        ActingThread acting = ActingThread.current();
        Optional<Descriptor> early = Opening.asProcessBeneath(directory, path);
        if (early.isPresent()) {
            Optional<PosixFile> own =
                    acting == null ? Optional.of(regular(early.get())) : own(early.get(), acting);
            if (own.isPresent()) {
                return own.get();
            }
        }
        return byParent(directory, path);
    }

    private static PosixFile byParent(Descriptor directory, BytePath path) throws PosixException {
        int slash = path.value().lastIndexOf('/');
        if (slash < 0) {
            return regular(Opening.forReading(directory, new ByteName(path.value())));
        }
        Descriptor parent =
                Opening.beneath(directory, new BytePath(path.value().substring(0, slash)));
        try {
            ByteName name = new ByteName(path.value().substring(slash + 1, path.value().length()));
            return regular(Opening.forReading(parent, name));
        } finally {
            parent.close();
        }
    }

    /// Takes over a descriptor, and closes it if the account may not be able to open the file.
    private static Optional<PosixFile> own(Descriptor descriptor, ActingThread acting)
            throws PosixException {
        boolean isKept = false;
        try {
            FileStat stat = descriptor.stat();
            isKept = stat.type() == FileType.REGULAR && acting.ownsReadable(stat);
            return isKept ? Optional.of(new PosixFile(descriptor, stat)) : Optional.empty();
        } finally {
            if (!isKept) {
                descriptor.close();
            }
        }
    }

    /// Takes over a descriptor, and closes it if it is not a regular file.
    static PosixFile regular(Descriptor descriptor) throws PosixException {
        try {
            FileStat stat = descriptor.stat();
            refuseSpecial(stat.type(), descriptor.label());
            return new PosixFile(descriptor, stat);
        } catch (PosixException e) {
            descriptor.close();
            throw e;
        }
    }

    private static void refuseSpecial(FileType type, String label) throws PosixException {
        String operation = Syscall.OPENAT.toString();
        switch (type) {
            case REGULAR -> {}
            case DIRECTORY -> throw new PosixException(operation, label, Errno.EISDIR);
            case SYMLINK -> throw new PosixException(operation, label, Errno.ELOOP);
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
                    throw new PosixException(
                            operation, label, Errno.EINVAL, "is not a regular file");
        }
    }

    /// What the kernel says of the file now.
    public FileStat stat() throws PosixException {
        return descriptor.stat();
    }

    /// What the kernel said when the file was opened: a difference to [#stat()] in size or times
    /// shows that it changed meanwhile.
    public FileStat openedStat() {
        return openedStat;
    }

    /// Where the next read or write happens, in bytes.
    public long position() {
        return position;
    }

    /// Moves there; past the end is allowed, and a write there leaves a hole.
    public void position(long newPosition) {
        if (newPosition < 0) {
            throw new IllegalArgumentException("position below zero: " + newPosition);
        }
        position = newPosition;
    }

    /// Reads some bytes, at least one if the buffer has room, and returns their number; -1 at the
    /// end of the file.
    public int read(ByteBuffer target) throws PosixException {
        int length = readAt(target, position);
        position += Math.max(length, 0);
        return length;
    }

    /// As [#read], from an offset in bytes; the position stays.
    public int readAt(ByteBuffer target, long offset) throws PosixException {
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        int room = target.remaining();
        if (room == 0) {
            return 0;
        }
        int length = target.isDirect() ? readDirect(target, offset) : readHeap(target, offset);
        target.position(target.position() + length);
        return length == 0 ? -1 : length;
    }

    private int readDirect(ByteBuffer target, long offset) throws PosixException {
        try {
            long address = MemorySegment.ofBuffer(target).address();
            return transfer(Syscall.PREAD64, address, target.remaining(), offset);
        } finally {
            Reference.reachabilityFence(target);
        }
    }

    private int readHeap(ByteBuffer target, long offset) throws PosixException {
        try (Transfer transfer = Transfer.take()) {
            int wanted = Math.min(target.remaining(), Transfer.BYTES);
            int length = transfer(Syscall.PREAD64, transfer.address(), wanted, offset);
            MemorySegment heap = MemorySegment.ofBuffer(target);
            MemorySegment.copy(transfer.memory(), 0, heap, 0, length);
            return length;
        }
    }

    /// Writes all bytes of the buffer.
    public void write(ByteBuffer source) throws PosixException {
        long start = position;
        int before = source.remaining();
        try {
            writeAt(source, start);
        } finally {
            position = start + before - source.remaining();
        }
    }

    /// As [#write], at an offset in bytes; the position stays. After a failure the buffer's
    /// position tells how much was written.
    public void writeAt(ByteBuffer source, long offset) throws PosixException {
        long at = offset;
        while (source.hasRemaining()) {
            int length = source.isDirect() ? writeDirect(source, at) : writeHeap(source, at);
            source.position(source.position() + length);
            at += length;
        }
    }

    private int writeDirect(ByteBuffer source, long offset) throws PosixException {
        try {
            long address = MemorySegment.ofBuffer(source).address();
            return transfer(Syscall.PWRITE64, address, source.remaining(), offset);
        } finally {
            Reference.reachabilityFence(source);
        }
    }

    private int writeHeap(ByteBuffer source, long offset) throws PosixException {
        try (Transfer transfer = Transfer.take()) {
            int length = Math.min(source.remaining(), Transfer.BYTES);
            MemorySegment heap = MemorySegment.ofBuffer(source);
            MemorySegment.copy(heap, 0, transfer.memory(), 0, length);
            return transfer(Syscall.PWRITE64, transfer.address(), length, offset);
        }
    }

    private int transfer(Syscall call, long address, int length, long offset)
            throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(call, descriptor.number(), address, length, offset);
            return Math.toIntExact(descriptor.check(call, result));
        }
    }

    /// The offset at or after `from` where bytes are stored; empty if only a hole or nothing
    /// follows. On a file system without holes that is `from` itself.
    public OptionalLong seekData(long from) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(Syscall.LSEEK, descriptor.number(), from, SEEK_DATA);
            if (result == -Errno.ENXIO.value()) {
                return OptionalLong.empty();
            }
            return OptionalLong.of(descriptor.check(Syscall.LSEEK, result));
        }
    }

    /// The offset at or after `from` where a hole begins, at the latest the end of the file. ENXIO
    /// if `from` is not inside the file.
    public long seekHole(long from) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(Syscall.LSEEK, descriptor.number(), from, SEEK_HOLE);
            return descriptor.check(Syscall.LSEEK, result);
        }
    }

    /// Cuts the file, or extends it with a hole, to a size in bytes. The position stays.
    public void truncate(long size) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(Syscall.FTRUNCATE, descriptor.number(), size);
            descriptor.check(Syscall.FTRUNCATE, result);
        }
    }

    /// Sets the permission bits, up to 07777.
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

    /// Gives the file to a user and a group. The kernel takes the set-user-id and set-group-id bits
    /// away: set the mode afterwards.
    public void setOwner(int uid, int gid) throws PosixException {
        descriptor.setOwner(uid, gid);
    }

    /// Sets the time of modification, which a later write sets anew.
    ///
    /// @param mtimeSeconds since 1970, may be negative
    /// @param mtimeNanos 0 to 999,999,999, always counted forward
    public void setTimes(long mtimeSeconds, int mtimeNanos) throws PosixException {
        descriptor.setTimes(mtimeSeconds, mtimeNanos);
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

    /// Returns when content and metadata are on the disk. The name of a new file also needs
    /// [Directory#sync()].
    public void sync() throws PosixException {
        descriptor.sync();
    }

    /// A stream that reads from the position on. Closing it does not close the file.
    public InputStream asInputStream() {
        return new PosixInput(this);
    }

    /// A stream that writes from the position on, without a buffer. Closing it does not close the
    /// file.
    public OutputStream asOutputStream() {
        return new PosixOutput(this);
    }

    /// Closes the file; nothing happens if it is closed. Some network file systems report only here
    /// that written bytes could not be stored.
    @Override
    public void close() throws PosixException {
        descriptor.close();
    }
}
