package dev.packhorse.engine.posix;

import java.util.Locale;

/// The system calls in use, with their numbers on x86_64 and aarch64.
///
/// Source: Linux, arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
enum Syscall {
    CAPGET(125, 90),
    CAPSET(126, 91),
    CLOSE(3, 57),
    FCHMOD(91, 52),
    FCHMODAT(268, 53),
    FCHOWN(93, 55),
    FCHOWNAT(260, 54),
    FGETXATTR(193, 10),
    FLISTXATTR(196, 13),
    FSETXATTR(190, 7),
    FSTATFS(138, 44),
    FSYNC(74, 82),
    FTRUNCATE(77, 46),
    GETDENTS64(217, 61),
    GETEGID(108, 177),
    GETEUID(107, 175),
    GETGROUPS(115, 158),
    KILL(62, 129),
    LINKAT(265, 37),
    LSEEK(8, 62),
    MKDIRAT(258, 34),
    OPENAT(257, 56),
    OPENAT2(437, 437),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    READLINKAT(267, 78),
    RENAMEAT2(316, 276),
    SENDTO(44, 206),
    SETFSGID(123, 152),
    SETFSUID(122, 151),
    SETGROUPS(116, 159),
    SOCKET(41, 198),
    STATFS(137, 43),
    STATX(332, 291),
    SYMLINKAT(266, 36),
    UNLINKAT(263, 35),
    UTIMENSAT(280, 88);

    private final int number;
    private final String text;

    Syscall(int x86, int arm) {
        this.number = Platform.IS_ARM ? arm : x86;
        this.text = name().toLowerCase(Locale.ROOT);
    }

    int number() {
        return number;
    }

    /// The name as the manual pages write it.
    @Override
    public String toString() {
        return text;
    }
}
