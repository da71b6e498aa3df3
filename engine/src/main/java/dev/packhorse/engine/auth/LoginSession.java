package dev.packhorse.engine.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
    /// @param token the digest of the API token of that call, empty for none: its name may be
    ///   another token's by now
    /// @param addresses where that token could be used from at that time, empty for anywhere
    record Origin(String maker, Set<String> acls, String token, List<AddressRange> addresses) {
        Origin {
            acls = Set.copyOf(acls);
            addresses = List.copyOf(addresses);
        }

        static Origin of(Caller maker) {
            return new Origin(
                    maker.user(),
                    maker.acls(),
                    maker.grant().map(Token::sha256).orElse(""),
                    maker.grant().map(token -> token.request().addresses()).orElse(List.of()));
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
