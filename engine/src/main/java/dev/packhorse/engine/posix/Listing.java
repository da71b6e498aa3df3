package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Reads the names of a directory in chunks, so that a directory of any size takes bounded memory.
///
/// Source: Linux, struct linux_dirent64 of getdents(2): inode (8 bytes), offset (8), record length
/// (2), type (1; 4 for a folder, 0 where the file system does not tell), name with a final NUL.
final class Listing {
    private static final int LENGTH_OFFSET = 16;
    private static final int TYPE_OFFSET = 18;
    private static final int NAME_OFFSET = 19;
    private static final byte UNKNOWN = 0;
    private static final byte FOLDER = 4;

    private final Descriptor directory;
    private final boolean foldersOnly;

    Listing(Descriptor directory) {
        this(directory, false);
    }

    /// @param foldersOnly without what the file system says is no folder
    Listing(Descriptor directory, boolean foldersOnly) {
        this.directory = directory;
        this.foldersOnly = foldersOnly;
    }

    /// Starts from the first name.
    void rewind() throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            directory.check(Syscall.LSEEK, scratch.call(Syscall.LSEEK, directory.number(), 0, 0));
        }
    }

    /// The next names in the order of the file system, without `.` and `..`; none at the end.
    List<ByteName> next() throws PosixException {
        List<ByteName> names = new ArrayList<>();
        try (Scratch scratch = Scratch.take();
                Transfer transfer = Transfer.take()) {
            long length = read(scratch, transfer);
            while (length > 0 && names.isEmpty()) {
                collect(transfer.memory().asSlice(0, length), names);
                if (names.isEmpty()) {
                    length = read(scratch, transfer);
                }
            }
        }
        return names;
    }

    private long read(Scratch scratch, Transfer transfer) throws PosixException {
        long length =
                scratch.call(
                        Syscall.GETDENTS64, directory.number(), transfer.address(), Transfer.BYTES);
        return directory.check(Syscall.GETDENTS64, length);
    }

    private void collect(MemorySegment records, List<ByteName> names) throws PosixException {
        long at = 0;
        while (at < records.byteSize()) {
            int length = Short.toUnsignedInt(records.get(JAVA_SHORT, at + LENGTH_OFFSET));
            if (isPassedOver(records.get(JAVA_BYTE, at + TYPE_OFFSET))) {
                at += length;
                continue;
            }
            ByteString name = name(records.asSlice(at + NAME_OFFSET, length - NAME_OFFSET));
            if (ByteName.isValid(name)) {
                names.add(new ByteName(name));
            } else if (!isDots(name)) {
                throw new PosixException(
                        Syscall.GETDENTS64.toString(),
                        directory.label(),
                        Errno.ENAMETOOLONG,
                        "holds a name that is too long: " + name.display());
            }
            at += length;
        }
    }

    private boolean isPassedOver(byte type) {
        return foldersOnly && type != FOLDER && type != UNKNOWN;
    }

    private static ByteString name(MemorySegment padded) {
        int length = 0;
        while (padded.get(JAVA_BYTE, length) != 0) {
            length++;
        }
        return ByteString.of(padded.asSlice(0, length).toArray(JAVA_BYTE));
    }

    private static boolean isDots(ByteString name) {
        return name.length() <= 2 && name.at(0) == '.';
    }
}
