package dev.packhorse.engine.auth;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells from the `Authorization` header who calls. The one place where credentials are judged.
/// Safe for many threads.
///
/// Source: whmapi1-protocol section 2. `whm USER:TOKEN` (the scheme in either case) and `Basic`.
public final class Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);

    private final TokenStore tokens;
    private final PasswordCheck passwords;
    private final HostUsers users;
    private final LoginPause pause;
    private final InstantSource clock;
    private final Consumer<InetAddress> refusals;

    /// One whose refusals nobody keeps a record of.
    public Authenticator(
            TokenStore tokens,
            PasswordCheck passwords,
            HostUsers users,
            LoginPause pause,
            InstantSource clock) {
        this(tokens, passwords, users, pause, clock, _ -> {});
    }

    /// @param refusals told of each login that is refused, with the address that it came from
    public Authenticator(
            TokenStore tokens,
            PasswordCheck passwords,
            HostUsers users,
            LoginPause pause,
            InstantSource clock,
            Consumer<InetAddress> refusals) {
        this.tokens = tokens;
        this.passwords = passwords;
        this.users = users;
        this.pause = pause;
        this.clock = clock;
        this.refusals = refusals;
    }

    /// Judges a header's value. Wrong credentials are answered after a pause that tells nothing of
    /// what was wrong; a call without credentials is answered at once.
    ///
    /// @param header the value, empty text if there is no such header
    /// @param from the address of the peer itself
    /// @throws IOException if the host's files or the token folder cannot be read
    public Login authenticate(String header, InetAddress from) throws IOException {
        if (header.isBlank()) {
            return new Login.Refused();
        }
        return heldBack(() -> judge(header.strip(), from), from);
    }

    /// Judges a name and a password, as [#authenticate] judges a header.
    ///
    /// @throws IOException if the host's files cannot be read
    public Login authenticate(String user, Secret password, InetAddress from) throws IOException {
        return heldBack(() -> split(user + ":" + password.reveal(), from, false), from);
    }

    /// One way to come to a judgement.
    @FunctionalInterface
    private interface Judgement {
        Login judge() throws IOException;
    }

    private Login heldBack(Judgement judgement, InetAddress from) throws IOException {
        long start = System.nanoTime();
        Login login = judgement.judge();
        if (login instanceof Login.Refused) {
            LOG.atDebug().addKeyValue("from", from.getHostAddress()).log("credentials refused");
            refusals.accept(from);
            holdBack(start, pause.afterFailure(from));
        }
        return login;
    }

    private Login judge(String header, InetAddress from) throws IOException {
        int blank = header.indexOf(' ');
        if (blank < 0) {
            return new Login.Refused();
        }
        String scheme = header.substring(0, blank).toLowerCase(Locale.ROOT);
        String credentials = header.substring(blank + 1).strip();
        return switch (scheme) {
            case "whm" -> split(credentials, from, true);
            case "basic" -> basic(credentials, from);
            default -> new Login.Refused();
        };
    }

    private Login basic(String credentials, InetAddress from) throws IOException {
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(credentials);
        } catch (IllegalArgumentException _) {
            return new Login.Refused();
        }
        return split(new String(decoded, StandardCharsets.UTF_8), from, false);
    }

    private Login split(String pair, InetAddress from, boolean token) throws IOException {
        if (pair.chars().anyMatch(Character::isISOControl)) {
            return new Login.Malformed();
        }
        int colon = pair.indexOf(':');
        if (colon <= 0) {
            return new Login.Refused();
        }
        String user = pair.substring(0, colon);
        Secret secret = new Secret(pair.substring(colon + 1));
        Optional<Caller> caller =
                token ? byToken(user, secret, from) : byPassword(user, secret, from);
        return caller.<Login>map(Login.Accepted::new).orElseGet(Login.Refused::new);
    }

    private Optional<Caller> byToken(String user, Secret value, InetAddress from)
            throws IOException {
        Optional<Set<String>> rights = users.rights(user);
        Optional<Token> token = tokens.find(user, value);
        if (rights.isEmpty() || token.isEmpty()) {
            return Optional.empty();
        }
        return token.filter(found -> found.isUsable(clock.instant(), from))
                .map(found ->
                        new Caller(
                                user,
                                found.rightsWithin(rights.get()),
                                found.name(),
                                from.getHostAddress()));
    }

    private Optional<Caller> byPassword(String user, Secret password, InetAddress from)
            throws IOException {
        Optional<Set<String>> rights = users.rights(user);
        boolean right = passwords.verify(user, password);
        return rights.filter(_ -> right)
                .map(acls -> new Caller(user, acls, "", from.getHostAddress()));
    }

    private static void holdBack(long start, Duration atLeast) throws IOException {
        long left = atLeast.toNanos() - (System.nanoTime() - start);
        if (left <= 0) {
            return;
        }
        try {
            Thread.sleep(Duration.ofNanos(left));
        } catch (InterruptedException e) {
            InterruptedIOException ended = new InterruptedIOException("login stopped");
            ended.initCause(e);
            throw ended;
        }
    }
}
