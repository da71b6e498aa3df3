package dev.packhorse.engine.auth;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/// An API token as it is kept: everything but its value.
///
/// @param request what was asked for
/// @param createdAt when it was made
/// @param sha256 the digest of its value, 64 lower-case hexadecimal digits
public record Token(TokenRequest request, Instant createdAt, String sha256) {
    /// How far the clock may have been set back before a token counts as forged.
    static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    public String user() {
        return request.user();
    }

    public String name() {
        return request.name();
    }

    /// Whether the token works at a moment, for a call from an address. Expiry has no grace.
    public boolean isUsable(Instant now, InetAddress from) {
        return isInForce(now) && isAllowedFrom(from);
    }

    boolean isInForce(Instant now) {
        boolean fromTheFuture = createdAt.isAfter(now.plus(CLOCK_SKEW));
        return !isExpired(now) && !fromTheFuture;
    }

    boolean isExpired(Instant now) {
        return request.expiresAt().map(end -> !now.isBefore(end)).orElse(false);
    }

    boolean isAllowedFrom(InetAddress from) {
        return request.addresses().isEmpty()
                || request.addresses().stream().anyMatch(range -> range.contains(from));
    }

    /// The rights of a call with this token: what the token carries, as far as its user has it.
    public Set<String> rightsWithin(Set<String> rightsOfUser) {
        return request.acls().isEmpty() ? rightsOfUser : Acls.common(request.acls(), rightsOfUser);
    }
}
