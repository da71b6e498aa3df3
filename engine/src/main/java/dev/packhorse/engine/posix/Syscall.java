package dev.packhorse.engine.posix;

import java.util.Locale;

/// The system calls in use, with their numbers on x86_64 and aarch64.
///
/// Source: Linux, arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
enum Syscall {
    CAPGET(125, 90, Rights.PROCESS),
    CAPSET(126, 91, Rights.PROCESS),
    CLOSE(3, 57, Rights.PROCESS),
    FCHMOD(91, 52, Rights.ACCOUNT),
    FCHMODAT(268, 53, Rights.ACCOUNT),
    FCHOWN(93, 55, Rights.ACCOUNT),
    FCHOWNAT(260, 54, Rights.ACCOUNT),
    FGETXATTR(193, 10, Rights.PROCESS),
    FLISTXATTR(196, 13, Rights.PROCESS),
    FSETXATTR(190, 7, Rights.ACCOUNT),
    FSTATFS(138, 44, Rights.PROCESS),
    FSYNC(74, 82, Rights.PROCESS),
    FTRUNCATE(77, 46, Rights.ACCOUNT),
    GETDENTS64(217, 61, Rights.PROCESS),
    GETEGID(108, 177, Rights.PROCESS),
    GETEUID(107, 175, Rights.PROCESS),
    GETGROUPS(115, 158, Rights.PROCESS),
    GETPRIORITY(140, 141, Rights.PROCESS),
    IOPRIO_GET(252, 31, Rights.PROCESS),
    IOPRIO_SET(251, 30, Rights.PROCESS),
    KILL(62, 129, Rights.PROCESS),
    LINKAT(265, 37, Rights.ACCOUNT),
    LSEEK(8, 62, Rights.PROCESS),
    MKDIRAT(258, 34, Rights.ACCOUNT),
    MKNODAT(259, 33, Rights.ACCOUNT),
    OPENAT(257, 56, Rights.ACCOUNT),
    OPENAT2(437, 437, Rights.ACCOUNT),
    PREAD64(17, 67, Rights.PROCESS),
    PWRITE64(18, 68, Rights.ACCOUNT),
    QUOTACTL(179, 60, Rights.PROCESS),
    READLINKAT(267, 78, Rights.EITHER),
    RENAMEAT2(316, 276, Rights.ACCOUNT),
    SENDTO(44, 206, Rights.PROCESS),
    SETFSGID(123, 152, Rights.PROCESS),
    SETFSUID(122, 151, Rights.PROCESS),
    SETGROUPS(116, 159, Rights.PROCESS),
    SETPRIORITY(141, 140, Rights.PROCESS),
    SOCKET(41, 198, Rights.PROCESS),
    STATFS(137, 43, Rights.EITHER),
    STATX(332, 291, Rights.EITHER),
    SYMLINKAT(266, 36, Rights.ACCOUNT),
    SYNCFS(306, 267, Rights.PROCESS),
    UNLINKAT(263, 35, Rights.ACCOUNT),
    UTIMENSAT(280, 88, Rights.ACCOUNT);

    /// Whose rights a call needs on a thread that acts for an account.
    enum Rights {
        /// Rights do not matter, or were checked when the descriptor was opened.
        PROCESS,
        /// It tells nothing that the account should not know, so the account's rights are taken
        /// only if root's are refused, as on a network file system.
        EITHER,
        /// The account's, always.
        ACCOUNT
    }

    private final int number;
    private final Rights rights;
    private final String text;

    Syscall(int x86, int arm, Rights rights) {
        this.rights = rights;
        this.number = Platform.IS_ARM ? arm : x86;
        this.text = name().toLowerCase(Locale.ROOT);
    }

    int number() {
        return number;
    }

    Rights rights() {
        return rights;
    }

    /// The name as the manual pages write it.
    @Override
    public String toString() {
        return text;
    }
}
