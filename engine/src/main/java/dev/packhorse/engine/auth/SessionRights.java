package dev.packhorse.engine.auth;

import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/// What a session is worth at a moment: as much as its user, its maker and the API token that it
/// hangs on still may. Safe for many threads.
final class SessionRights {
    private final HostUsers users;
    private final TokenStore tokens;
    private final InstantSource clock;

    SessionRights(HostUsers users, TokenStore tokens, InstantSource clock) {
        this.users = users;
        this.tokens = tokens;
        this.clock = clock;
    }

    /// Who calls by a session.
    ///
    /// @return empty if the session has ended: with the password or the rights of its user, or with
    ///   its token
    /// @throws IOException if the host's files cannot be read
    Optional<Caller> caller(LoginSession session, InetAddress from) throws IOException {
        Optional<Set<String>> rights = users.rights(session.user());
        if (rights.isEmpty() || !session.fingerprint().equals(fingerprint(session.user()))) {
            return Optional.empty();
        }
        Set<String> most = Acls.common(session.origin().acls(), rights.get());
        return session.origin().token().isEmpty()
                ? Optional.of(new Caller(session.user(), most, "", from.getHostAddress()))
                : byToken(session, most, from);
    }

    private Optional<Caller> byToken(LoginSession session, Set<String> most, InetAddress from)
            throws IOException {
        Optional<Token> token = token(session.origin(), from);
        if (token.isEmpty()) {
            return Optional.empty();
        }
        return users.rights(token.get().user())
                .map(acls ->
                        new Caller(
                                session.user(),
                                Acls.common(most, token.get().rightsWithin(acls)),
                                token.get().name(),
                                from.getHostAddress(),
                                token));
    }

    /// Links are made by programs for people who sit elsewhere, so the addresses that the token had
    /// then do not bind the session; those that it was given since do.
    private Optional<Token> token(LoginSession.Origin origin, InetAddress from) throws IOException {
        return tokens.list().stream()
                .filter(token -> token.sha256().equals(origin.token()))
                .filter(token -> token.isInForce(clock.instant()))
                .filter(token ->
                        token.request().addresses().equals(origin.addresses())
                                || token.isAllowedFrom(from))
                .findFirst();
    }

    /// Changes with the user's password, without telling anything of it.
    String fingerprint(String user) throws IOException {
        String hash = users.shadow(user).map(fields -> fields.get(1)).orElse("");
        return LoginSessions.digest(user + ":" + hash);
    }
}
