package dev.packhorse.engine.posix;

/// Whose rights file work has.
///
/// @param uid the user id, not below zero
/// @param gid the id of the user's own group, not below zero
public record Identity(int uid, int gid) {
    public Identity {
        if (uid < 0 || gid < 0) {
            throw new IllegalArgumentException("not a user and group id: " + uid + ":" + gid);
        }
    }

    /// The effective user and group of this process.
    public static Identity ofProcess() {
        try (Scratch scratch = Scratch.take()) {
            long uid = scratch.call(Syscall.GETEUID, 0);
            long gid = scratch.call(Syscall.GETEGID, 0);
            return new Identity(Math.toIntExact(uid), Math.toIntExact(gid));
        }
    }

    /// Whether this is the user with all rights.
    public boolean isRoot() {
        return uid == 0;
    }
}
