package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.auth.AddressRange;
import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.auth.Token;
import dev.packhorse.engine.auth.TokenRequest;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How far the API tokens that a call makes or changes may reach: no further than the call itself,
/// by its rights, and by the end and the addresses of the token that it was made with.
final class TokenBounds {
    private final HostUsers users;

    TokenBounds(HostUsers users) {
        this.users = users;
    }

    /// The end of the call's own token, empty for never.
    static Optional<Instant> end(Caller caller) {
        return caller.grant().flatMap(token -> token.request().expiresAt());
    }

    /// Where the call's own token works, empty for anywhere.
    static List<AddressRange> addresses(Caller caller) {
        return caller.grant().map(Token::request).map(TokenRequest::addresses).orElse(List.of());
    }

    /// Whoever knows the value of a token gains by what is done to it, so nobody touches one that
    /// may more.
    ///
    /// @throws WhmException if the token has a right that the call has not
    void checkRights(Caller caller, TokenRequest token) throws WhmException {
        Set<String> acls = token.acls();
        if (!mayEverything(caller) && (acls.isEmpty() || !acls.stream().allMatch(caller::has))) {
            throw WhmException.refused(
                    "You cannot change the API token "
                            + Text.quoted(token.name())
                            + ": it has rights that this call does not have.");
        }
    }

    /// Whether the call may whatever its user may.
    private boolean mayEverything(Caller caller) throws WhmException {
        try {
            return caller.has(Caller.ALL)
                    || users.rights(caller.user()).filter(caller.acls()::containsAll).isPresent();
        } catch (IOException e) {
            throw Text.failed("The users of this server cannot be read", e);
        }
    }

    /// @throws WhmException if a token would work longer, or from elsewhere
    static void checkReach(Caller caller, TokenRequest wanted) throws WhmException {
        Optional<Instant> end = end(caller);
        if (end.isPresent() && wanted.expiresAt().filter(at -> !at.isAfter(end.get())).isEmpty()) {
            throw WhmException.refused(
                    "The API token would outlast the one of this call, which ends at "
                            + end.get()
                            + ".");
        }
        if (!isWithin(wanted.addresses(), addresses(caller))) {
            throw WhmException.refused(
                    "The API token would work from addresses where the one of this call does not.");
        }
    }

    private static boolean isWithin(List<AddressRange> wanted, List<AddressRange> bounds) {
        if (bounds.isEmpty()) {
            return true;
        }
        return !wanted.isEmpty()
                && wanted.stream()
                        .allMatch(
                                range -> bounds.stream().anyMatch(bound -> bound.contains(range)));
    }
}
