package dev.packhorse.engine.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/// One session, as it is kept.
///
/// @param user whose session it is
/// @param securityToken the first segment of its paths
/// @param origin who made it, with what
/// @param address from where it works, empty before the link of an offered one was followed
/// @param fingerprint changes when the user's password does
/// @param idle how long it lasts without a call
record LoginSession(
        String user,
        String securityToken,
        Origin origin,
        String address,
        String fingerprint,
        Instant madeAt,
        Instant usedAt,
        Duration idle) {

    /// Who made a session.
    ///
    /// @param maker the user
    /// @param acls the rights that the maker had in the call
    /// @param token the API token of that call, empty for none
    record Origin(String maker, Set<String> acls, String token) {
        Origin {
            acls = Set.copyOf(acls);
        }

        /// What of a user's rights the session has.
        Set<String> rightsWithin(Set<String> rightsOfUser) {
            if (acls.contains(Caller.ALL)) {
                return rightsOfUser;
            }
            if (rightsOfUser.contains(Caller.ALL)) {
                return acls;
            }
            Set<String> both = new HashSet<>(acls);
            both.retainAll(rightsOfUser);
            return both;
        }
    }

    boolean isOver(Instant now, Duration longest) {
        return !now.isBefore(usedAt.plus(idle)) || !now.isBefore(madeAt.plus(longest));
    }

    LoginSession touched(Instant now) {
        return new LoginSession(
                user, securityToken, origin, address, fingerprint, madeAt, now, idle);
    }

    LoginSession from(String newAddress) {
        return new LoginSession(
                user, securityToken, origin, newAddress, fingerprint, madeAt, usedAt, idle);
    }
}
