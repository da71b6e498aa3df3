package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// The room on a file system, for users without special rights: what is reserved for root does not
/// count as free.
///
/// @param freeInodes how many files can still be made; [Long#MAX_VALUE] where the file system does
///   not limit them
public record Space(long totalBytes, long freeBytes, long freeInodes) {
    /// The file system that holds a path.
    public static Space of(Path path) throws PosixException {
        ByteString text = ByteString.of(path.toString());
        try (Scratch scratch = Scratch.take()) {
            long address = scratch.text(text, Syscall.STATFS);
            long result = scratch.call(Syscall.STATFS, address, scratch.struct().address());
            Descriptor.checked(Syscall.STATFS, text.display(), result);
            return decode(scratch.struct());
        }
    }

    /// The file system that holds a directory.
    public static Space of(Directory directory) throws PosixException {
        Descriptor descriptor = directory.descriptor();
        try (Scratch scratch = Scratch.take()) {
            long struct = scratch.struct().address();
            long result = scratch.call(Syscall.FSTATFS, descriptor.number(), struct);
            descriptor.check(Syscall.FSTATFS, result);
            return decode(scratch.struct());
        }
    }

    /// Source: Linux, include/uapi/asm-generic/statfs.h: words of 8 bytes: type, block size,
    /// blocks, free, free for users, files, free files, id, name length, fragment size.
    private static Space decode(MemorySegment struct) {
        long fragment = struct.get(JAVA_LONG, 72);
        long unit = fragment > 0 ? fragment : struct.get(JAVA_LONG, 8);
        long files = struct.get(JAVA_LONG, 40);
        return new Space(
                struct.get(JAVA_LONG, 16) * unit,
                struct.get(JAVA_LONG, 32) * unit,
                files == 0 ? Long.MAX_VALUE : struct.get(JAVA_LONG, 48));
    }
}
