package dev.packhorse.engine.posix;

/// Flags of the file calls. A few of them differ between the two machines.
///
/// Source: Linux, include/uapi/asm-generic/fcntl.h, arch/arm64/include/uapi/asm/fcntl.h and
/// include/uapi/linux/{fcntl,stat,openat2}.h.
final class Flags {
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_NOCTTY = 0x100;
    static final int O_NONBLOCK = 0x800;
    static final int O_NOATIME = 0x40000;
    static final int O_CLOEXEC = 0x80000;
    static final int O_PATH = 0x200000;
    static final int O_DIRECTORY = Platform.IS_ARM ? 0x4000 : 0x10000;
    static final int O_NOFOLLOW = Platform.IS_ARM ? 0x8000 : 0x20000;

    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_NO_AUTOMOUNT = 0x800;
    static final int AT_EMPTY_PATH = 0x1000;

    static final int RENAME_NOREPLACE = 1;
    static final int RENAME_EXCHANGE = 2;

    static final int S_IFIFO = 0010000;
    static final int S_IFSOCK = 0140000;

    static final int RESOLVE_NO_MAGICLINKS = 0x02;
    static final int RESOLVE_NO_SYMLINKS = 0x04;
    static final int RESOLVE_BENEATH = 0x08;

    private Flags() {}
}
