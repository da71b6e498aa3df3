package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.auth.Token;
import dev.packhorse.engine.auth.TokenRequest;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.util.Set;

/// Whether a caller is still who it was when its request came. A login is judged once, and a batch
/// may run for long after: what it makes at its end must not outlive a revocation amid it.
final class CallerStanding {
    private final TokenStore tokens;
    private final HostUsers users;

    CallerStanding(TokenStore tokens, HostUsers users) {
        this.tokens = tokens;
        this.users = users;
    }

    /// @throws WhmException if the user, rights that the call has, or its token as it was are gone
    /// @throws IOException if users or tokens cannot be read
    void check(Caller caller) throws WhmException, IOException {
        boolean stands = mayStill(caller.user(), caller.acls());
        if (stands && caller.grant().isPresent()) {
            // A session may hang on the token of another user.
            Token grant = caller.grant().get();
            stands = isKept(grant) && mayStill(grant.user(), caller.acls());
        }
        if (!stands) {
            throw WhmException.refused(
                    "What this call came with was revoked or changed meanwhile: its API token, or"
                            + " its user's rights. No API token is made or changed.");
        }
    }

    private boolean mayStill(String user, Set<String> acls) throws IOException {
        return users.rights(user)
                .filter(rights -> rights.contains(Caller.ALL) || rights.containsAll(acls))
                .isPresent();
    }

    /// Under another name it is the same.
    private boolean isKept(Token grant) throws IOException {
        return tokens.list().stream()
                .filter(token -> token.sha256().equals(grant.sha256()))
                .anyMatch(token -> named(token.request(), grant.name()).equals(grant.request()));
    }

    private static TokenRequest named(TokenRequest request, String name) {
        return new TokenRequest(
                request.user(), name, request.acls(), request.expiresAt(), request.addresses());
    }
}
