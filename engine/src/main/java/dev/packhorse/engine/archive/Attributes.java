package dev.packhorse.engine.archive;

import dev.packhorse.engine.posix.ByteString;
import java.util.Map;

/// What an entry carries besides its name and content.
///
/// @param mode permission bits with setuid, setgid and sticky
/// @param uid numeric owner
/// @param gid numeric group
/// @param mtimeSeconds modification time since 1970, may be negative
/// @param mtimeNanos its fraction, 0 to 999,999,999
/// @param xattrs extended attributes, name to value
public record Attributes(
        int mode,
        int uid,
        int gid,
        long mtimeSeconds,
        int mtimeNanos,
        Map<ByteString, ByteString> xattrs) {
    public Attributes {
        xattrs = Map.copyOf(xattrs);
        if ((mode & ~07777) != 0) {
            throw new IllegalArgumentException(
                    "mode has type bits: " + Integer.toOctalString(mode));
        }
    }

    /// Root's own metadata: owner and group 0, whole seconds, no extended attributes.
    public static Attributes ofRoot(int mode, long mtimeSeconds) {
        return new Attributes(mode, 0, 0, mtimeSeconds, 0, Map.of());
    }
}
