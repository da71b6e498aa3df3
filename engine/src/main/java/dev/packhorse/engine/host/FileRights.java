package dev.packhorse.engine.host;

import dev.packhorse.engine.posix.FileStat;

/// Mode and owner of a file of the host.
///
/// @param mode permission bits with setuid, setgid and sticky
public record FileRights(int mode, int uid, int gid) {
    public FileRights {
        if ((mode & ~07777) != 0 || uid < 0 || gid < 0) {
            throw new IllegalArgumentException(
                    "bad rights: mode " + Integer.toOctalString(mode) + " " + uid + ":" + gid);
        }
    }

    /// Owned by root and its group.
    public static FileRights ofRoot(int mode) {
        return new FileRights(mode, 0, 0);
    }

    /// The rights that a file has.
    public static FileRights of(FileStat stat) {
        return new FileRights(stat.mode(), stat.uid(), stat.gid());
    }
}
