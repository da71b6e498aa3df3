package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.auth.Acls;
import dev.packhorse.engine.auth.AddressRange;
import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.auth.TokenRequest;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.WhmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads what an API token shall be out of arguments.
final class TokenForm {
    private final TokenBounds bounds;
    private final InstantSource clock;

    TokenForm(HostUsers users, InstantSource clock) {
        this.bounds = new TokenBounds(users);
        this.clock = clock;
    }

    /// What is not given is as with the caller.
    ///
    /// @throws WhmException also if the token would reach further than the caller
    TokenRequest newToken(Caller caller, Arguments arguments) throws WhmException {
        return within(
                caller,
                request(
                        caller.user(),
                        arguments.text("token_name"),
                        arguments.has("acl") ? acls(caller, arguments) : everythingOf(caller),
                        arguments.has("expires_at") ? expiry(arguments) : TokenBounds.end(caller),
                        arguments.has("whitelist_ip")
                                ? addresses(arguments)
                                : TokenBounds.addresses(caller)));
    }

    /// What is not given stays as it is.
    ///
    /// @throws WhmException also if the token reaches further than the caller, or would then
    TokenRequest changed(Caller caller, TokenRequest before, Arguments arguments)
            throws WhmException {
        bounds.checkRights(caller, before);
        return within(
                caller,
                request(
                        caller.user(),
                        arguments.find("new_name").orElse(before.name()),
                        arguments.has("acl") ? acls(caller, arguments) : before.acls(),
                        arguments.has("expires_at") ? expiry(arguments) : before.expiresAt(),
                        arguments.has("whitelist_ip") ? addresses(arguments) : before.addresses()));
    }

    private static TokenRequest within(Caller caller, TokenRequest wanted) throws WhmException {
        TokenBounds.checkReach(caller, wanted);
        return wanted;
    }

    private static TokenRequest request(
            String user,
            String name,
            Set<String> acls,
            Optional<Instant> expiry,
            List<AddressRange> addresses)
            throws WhmException {
        try {
            return new TokenRequest(user, name, acls, expiry, addresses);
        } catch (IllegalArgumentException e) {
            throw Text.badValue("token_name", String.valueOf(e.getMessage()));
        }
    }

    /// A token without a list of rights has those of its user; a caller who has fewer hands on only
    /// these.
    private static Set<String> everythingOf(Caller caller) {
        return caller.has(Caller.ALL) ? Set.of() : caller.acls();
    }

    private static Set<String> acls(Caller caller, Arguments arguments) throws WhmException {
        Set<String> acls = new HashSet<>();
        for (String acl : arguments.list("acl")) {
            if (!Acls.NAMES.contains(acl)) {
                throw Text.badValue("acl", Text.quoted(acl) + " is no right");
            }
            if (!caller.has(acl)) {
                throw WhmException.refused(
                        "You cannot give the right " + Text.quoted(acl) + ": you do not have it.");
            }
            acls.add(acl);
        }
        return acls;
    }

    private Optional<Instant> expiry(Arguments arguments) throws WhmException {
        long second = arguments.number("expires_at");
        if (second == 0) {
            return Optional.empty();
        }
        Instant end = Instant.ofEpochSecond(second);
        if (!end.isAfter(clock.instant())) {
            throw Text.badValue("expires_at", "it lies in the past");
        }
        return Optional.of(end);
    }

    private static List<AddressRange> addresses(Arguments arguments) throws WhmException {
        List<String> texts = arguments.list("whitelist_ip");
        if (texts.equals(List.of("any"))) {
            return List.of();
        }
        List<AddressRange> ranges = new ArrayList<>();
        for (String text : texts) {
            try {
                ranges.add(AddressRange.parse(text));
            } catch (IllegalArgumentException _) {
                throw Text.badValue(
                        "whitelist_ip", Text.quoted(text) + " is no address and no block of them");
            }
        }
        return ranges;
    }
}
