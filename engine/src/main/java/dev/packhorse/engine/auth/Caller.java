package dev.packhorse.engine.auth;

import java.util.Optional;
import java.util.Set;

/// An authenticated caller.
///
/// @param user the user's name, `root` or a reseller
/// @param acls the access rights, by WHM's names; `all` is every right
/// @param token the name of the token used, empty for a password or the command line's own
///   credentials
/// @param remoteAddress where the call came from
/// @param grant that token as it stands, which for a session is the one that it hangs on and may be
///   another user's; empty where there is none
public record Caller(
        String user, Set<String> acls, String token, String remoteAddress, Optional<Token> grant) {
    /// The right that includes every other.
    public static final String ALL = "all";

    public Caller {
        acls = Set.copyOf(acls);
    }

    /// A caller that no token bounds.
    public Caller(String user, Set<String> acls, String token, String remoteAddress) {
        this(user, acls, token, remoteAddress, Optional.empty());
    }

    public boolean isRoot() {
        return user.equals("root") && acls.contains(ALL);
    }

    /// Whether the caller has a right.
    public boolean has(String acl) {
        return acls.contains(ALL) || acls.contains(acl);
    }
}
