package dev.packhorse.engine.auth;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What a new token shall be.
///
/// @param user whose token it is: `root` or a reseller
/// @param name its name, unique among the user's tokens: 1 to 50 letters, digits, `-` and `_`
/// @param acls the rights it carries; empty means every right of its user
/// @param expiresAt when it stops working, empty for never
/// @param addresses where calls may come from, empty for anywhere
public record TokenRequest(
        String user,
        String name,
        Set<String> acls,
        Optional<Instant> expiresAt,
        List<AddressRange> addresses) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,50}");
    private static final Pattern ACL = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

    public TokenRequest {
        if (!HostUsers.isValidName(user)) {
            throw new IllegalArgumentException("not a user name: “" + printable(user) + "”");
        }
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a token name has 1 to 50 letters, digits, “-” and “_”: “"
                            + printable(name)
                            + "”");
        }
        for (String acl : acls) {
            if (!ACL.matcher(acl).matches()) {
                throw new IllegalArgumentException(
                        "not the name of a right: “" + printable(acl) + "”");
            }
        }
        acls = Set.copyOf(acls);
        addresses = List.copyOf(addresses);
    }

    /// A token of root's with every right, that never expires and works from anywhere.
    public static TokenRequest ofRoot(String name) {
        return new TokenRequest("root", name, Set.of(), Optional.empty(), List.of());
    }

    private static String printable(String text) {
        String cut = text.length() > 64 ? text.substring(0, 64) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
