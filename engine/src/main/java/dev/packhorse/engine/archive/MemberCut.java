package dev.packhorse.engine.archive;

import dev.packhorse.engine.posix.ByteString;

/// Says where a row of small members is cut: before a member whose path has a certain look, once
/// there is enough, so that a member more or less moves no cut but its own.
public final class MemberCut {
    /// From here on a row may end.
    public static final int LEAST_BYTES = 96 * 1024;

    /// Here it ends.
    public static final int MOST_BYTES = 512 * 1024;

    /// One path in sixteen.
    private static final int ONE_IN = 16;

    private MemberCut() {}

    /// Whether a row ends before the next member.
    ///
    /// @param bytes how many the row has, headers and filling included
    /// @param next the next member's path
    /// @param more how many bytes it adds
    public static boolean isBefore(long bytes, ByteString next, long more) {
        if (bytes == 0) {
            return false;
        }
        return bytes + more > MOST_BYTES || (bytes >= LEAST_BYTES && isBorder(next));
    }

    private static boolean isBorder(ByteString path) {
        int hash = path.hashCode();
        hash ^= hash >>> 15;
        hash *= 0x2c1b3c6d;
        hash ^= hash >>> 12;
        return Integer.remainderUnsigned(hash, ONE_IN) == 0;
    }
}
