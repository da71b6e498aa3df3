package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.Optional;

/// What becomes of the targets of symbolic links. In an archive of this server they stay as they
/// are. In an archive that nobody vouches for, links that lead out of the home are left out, and
/// absolute targets below the old home lead to the new one.
final class LinkRules {
    private final boolean restricted;
    private final ByteString oldHome;
    private final ByteString newHome;

    /// @param restricted whether nobody vouches for the archive
    /// @param oldHome the home where the archive was made, absolute
    /// @param newHome the home here, absolute
    LinkRules(boolean restricted, String oldHome, String newHome) {
        this.restricted = restricted;
        this.oldHome = ByteString.of(oldHome);
        this.newHome = ByteString.of(newHome);
    }

    /// The target that the link gets, empty if it is left out.
    ///
    /// @param link the link's path, from the archive's top folder on
    Optional<ByteString> target(BytePath link, ByteString target) {
        if (!restricted) {
            return Optional.of(target);
        }
        if (target.length() > 0 && target.at(0) == '/') {
            return absolute(target);
        }
        int depth = link.names().size() - 2;
        return staysBelow(target, depth) ? Optional.of(target) : Optional.empty();
    }

    private Optional<ByteString> absolute(ByteString target) {
        for (ByteString home : new ByteString[] {newHome, oldHome}) {
            if (target.startsWith(home)) {
                ByteString rest = target.substring(home.length(), target.length());
                boolean whole = rest.length() == 0 || rest.at(0) == '/';
                if (whole && staysBelow(rest, 0)) {
                    return Optional.of(newHome.concat(rest));
                }
            }
        }
        return Optional.empty();
    }

    /// Whether a path that begins so many folders below the home never climbs above it, by its
    /// names alone.
    private static boolean staysBelow(ByteString path, int depth) {
        int level = depth;
        int from = 0;
        while (from <= path.length()) {
            int slash = path.indexOf('/', from);
            int end = slash < 0 ? path.length() : slash;
            int length = end - from;
            if (length == 2 && path.at(from) == '.' && path.at(from + 1) == '.') {
                level--;
            } else if (length > 1 || (length == 1 && path.at(from) != '.')) {
                level++;
            }
            if (level < 0) {
                return false;
            }
            from = end + 1;
        }
        return true;
    }
}
