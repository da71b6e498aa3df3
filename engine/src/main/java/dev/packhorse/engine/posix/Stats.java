package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/// Asks for a [FileStat] through statx, whose struct is the same on both machines.
///
/// Source: Linux, include/uapi/linux/stat.h.
final class Stats {
    private static final int BASIC = 0x7ff;
    private static final int TYPE_MASK = 0xf000;

    /// Where the struct ends and the empty path of the call by descriptor is put.
    private static final int STRUCT_END = 256;

    private Stats() {}

    /// Makes the call for a name in a directory, without following links; the result is the
    /// kernel's, and the struct lies in `scratch`.
    static long callAt(Scratch scratch, int directory, ByteName name) {
        return scratch.call(
                Syscall.STATX,
                directory,
                scratch.text(name),
                Flags.AT_SYMLINK_NOFOLLOW | Flags.AT_NO_AUTOMOUNT,
                BASIC,
                scratch.struct().address());
    }

    /// Makes the call for an open descriptor.
    static long call(Scratch scratch, int descriptor) {
        return scratch.call(
                Syscall.STATX,
                descriptor,
                ByteString.EMPTY.writeTo(scratch.struct().asSlice(STRUCT_END)),
                Flags.AT_EMPTY_PATH,
                BASIC,
                scratch.struct().address());
    }

    /// Reads the struct that a successful call left.
    static FileStat decode(Scratch scratch) {
        MemorySegment struct = scratch.struct();
        int mode = Short.toUnsignedInt(struct.get(JAVA_SHORT, 28));
        long device =
                (Integer.toUnsignedLong(struct.get(JAVA_INT, 136)) << 32)
                        | Integer.toUnsignedLong(struct.get(JAVA_INT, 140));
        return new FileStat(
                type(mode),
                mode & 0xfff,
                struct.get(JAVA_INT, 20),
                struct.get(JAVA_INT, 24),
                struct.get(JAVA_LONG, 40),
                struct.get(JAVA_LONG, 48) * 512,
                struct.get(JAVA_LONG, 112),
                struct.get(JAVA_INT, 120),
                struct.get(JAVA_LONG, 96),
                struct.get(JAVA_INT, 104),
                struct.get(JAVA_LONG, 32),
                device,
                struct.get(JAVA_INT, 16));
    }

    private static FileType type(int mode) {
        return switch (mode & TYPE_MASK) {
            case 0x8000 -> FileType.REGULAR;
            case 0x4000 -> FileType.DIRECTORY;
            case 0xa000 -> FileType.SYMLINK;
            case 0x1000 -> FileType.FIFO;
            case 0xc000 -> FileType.SOCKET;
            case 0x2000 -> FileType.CHARACTER_DEVICE;
            case 0x6000 -> FileType.BLOCK_DEVICE;
            default ->
                    throw new IllegalStateException(
                            "the kernel reports an unknown file type, mode "
                                    + Integer.toOctalString(mode));
        };
    }
}
