package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.ByteString;
import java.util.Arrays;

/// A member's name, judged and brought to its plain form.
///
/// @param plain the components with one slash between them; empty for the root itself (`./`)
/// @param odd whether the name was written in an unusual way (`.` components, doubled slashes)
record MemberPath(ByteString plain, boolean odd) {
    /// Judges a name.
    ///
    /// @throws ArchiveException HOSTILE if it is absolute or has `..`, LIMIT if it is too deep or a
    ///   component is too long
    static MemberPath of(ByteString name, ArchiveLimits limits) throws ArchiveException {
        byte[] plain = new byte[name.length()];
        int length = 0;
        int depth = 0;
        boolean odd = false;
        if (name.length() > 0 && name.at(0) == '/') {
            throw refused(Kind.HOSTILE, name, "absolute name");
        }
        for (int from = 0; from < name.length(); ) {
            int slash = name.indexOf('/', from);
            int end = slash < 0 ? name.length() : slash;
            if (isNothing(name, from, end)) {
                odd = true;
            } else {
                judge(name, from, end, ++depth, limits);
                if (length > 0) {
                    plain[length++] = '/';
                }
                for (int i = from; i < end; i++) {
                    plain[length++] = name.at(i);
                }
            }
            from = end + 1;
        }
        return new MemberPath(ByteString.of(Arrays.copyOf(plain, length)), odd);
    }

    private static boolean isNothing(ByteString name, int from, int end) {
        return end == from || (end == from + 1 && name.at(from) == '.');
    }

    private static void judge(ByteString name, int from, int end, int depth, ArchiveLimits limits)
            throws ArchiveException {
        if (end == from + 2 && name.at(from) == '.' && name.at(from + 1) == '.') {
            throw refused(Kind.HOSTILE, name, "name with “..”");
        }
        if (end - from > limits.componentBytes()) {
            throw refused(
                    Kind.LIMIT,
                    name,
                    "component longer than " + limits.componentBytes() + " bytes");
        }
        if (depth > limits.depth()) {
            throw refused(Kind.LIMIT, name, "deeper than " + limits.depth() + " folders");
        }
    }

    private static ArchiveException refused(Kind kind, ByteString name, String why) {
        return new ArchiveException(kind, TarMember.show(name) + ": " + why);
    }
}
