package dev.packhorse.engine.auth;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells from the `Authorization` header who calls. The one place where credentials are judged.
/// Safe for many threads.
public final class Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);

    private final TokenStore tokens;
    private final PasswordCheck passwords;
    private final SecondFactors factors;
    private final HostUsers users;
    private final LoginGuard guard;
    private final InstantSource clock;
    private final Consumer<InetAddress> refusals;

    /// One whose refusals nobody keeps a record of.
    public Authenticator(
            TokenStore tokens,
            PasswordCheck passwords,
            SecondFactors factors,
            HostUsers users,
            LoginGuard guard,
            InstantSource clock) {
        this(tokens, passwords, factors, users, guard, clock, _ -> {});
    }

    /// @param refusals told of each login that is refused, with the address that it came from
    public Authenticator(
            TokenStore tokens,
            PasswordCheck passwords,
            SecondFactors factors,
            HostUsers users,
            LoginGuard guard,
            InstantSource clock,
            Consumer<InetAddress> refusals) {
        this.tokens = tokens;
        this.passwords = passwords;
        this.factors = factors;
        this.users = users;
        this.guard = guard;
        this.clock = clock;
        this.refusals = refusals;
    }

    /// Judges a header's value. Wrong credentials are answered after a pause that tells nothing of
    /// what was wrong; a call without credentials, or one that is locked out, is answered at once.
    ///
    /// @param header the value, empty text if there is no such header
    /// @param code of the second factor, empty text for none; only passwords need it
    /// @throws IOException if the host's files or the token folder cannot be read
    public Login authenticate(String header, String code, LoginSource from) throws IOException {
        return authenticate(header, counted(code), from);
    }

    /// Judges a header again whose code was taken before, in the same request.
    ///
    /// @throws IOException as the other
    public Login authenticateAgain(String header, LoginSource from) throws IOException {
        return authenticate(header, _ -> true, from);
    }

    private Login authenticate(String header, CodeGuard.Check code, LoginSource from)
            throws IOException {
        if (header.isBlank()) {
            return new Login.Refused();
        }
        return guarded(Credentials.ofHeader(header.strip()), code, from);
    }

    /// Judges a name and a password, as the other judges a header.
    ///
    /// @param code of the second factor, empty text for none
    /// @throws IOException if the host's files cannot be read
    public Login authenticate(String user, Secret password, String code, LoginSource from)
            throws IOException {
        return guarded(
                Credentials.ofPair(user + ":" + password.reveal(), false), counted(code), from);
    }

    /// No code is no guess: a program that has the password alone closes nobody's.
    private CodeGuard.Check counted(String code) {
        CodeGuard.Check check = user -> factors.take(user, code);
        return code.isBlank() ? check : user -> guard.codes().takes(user, check);
    }

    private Login guarded(Optional<Credentials> given, CodeGuard.Check code, LoginSource from)
            throws IOException {
        if (given.isEmpty()) {
            return new Login.Malformed();
        }
        Credentials credentials = given.get();
        // At loopback anybody on this server can bring a lock about; nobody guesses a token.
        boolean isSpared = credentials.isToken() && from.isLoopback();
        long start = System.nanoTime();
        Optional<Caller> caller =
                isSpared || lockedFor(credentials, from).isEmpty()
                        ? judge(credentials, code, from)
                        : Optional.empty();
        // Asked again, so that many guesses at the same time are no more than one after another.
        Optional<Duration> locked = lockedFor(credentials, from);
        if (caller.isPresent() && (isSpared || locked.isEmpty())) {
            if (!credentials.isToken()) {
                guard.succeeded(from, credentials.user());
            }
            return new Login.Accepted(caller.get());
        }
        LOG.atDebug().addKeyValue("from", from.address().getHostAddress()).log("refused");
        refusals.accept(from.address());
        if (locked.isPresent()) {
            guard.turnedAway();
            return new Login.LockedOut(locked.get());
        }
        boolean isKnown = users.rights(credentials.user()).isPresent();
        holdBack(start, guard.failed(from, isKnown ? credentials.user() : ""));
        return new Login.Refused();
    }

    private Optional<Duration> lockedFor(Credentials credentials, LoginSource from) {
        return guard.lockedFor(from, credentials.user(), credentials.isToken());
    }

    private Optional<Caller> judge(Credentials credentials, CodeGuard.Check code, LoginSource from)
            throws IOException {
        return credentials.isToken()
                ? byToken(credentials, from.address())
                : byPassword(credentials, code, from.address());
    }

    private Optional<Caller> byToken(Credentials given, InetAddress from) throws IOException {
        Optional<Set<String>> rights = users.rights(given.user());
        Optional<Token> token = tokens.find(given.user(), given.secret());
        if (rights.isEmpty() || token.isEmpty()) {
            return Optional.empty();
        }
        return token.filter(found -> found.isUsable(clock.instant(), from))
                .map(found ->
                        new Caller(
                                given.user(),
                                found.rightsWithin(rights.get()),
                                found.name(),
                                from.getHostAddress(),
                                token));
    }

    /// A code is only looked at behind the right password, so that nobody else can use it up.
    private Optional<Caller> byPassword(Credentials given, CodeGuard.Check code, InetAddress from)
            throws IOException {
        Optional<Set<String>> rights = users.rights(given.user());
        boolean right =
                passwords.verify(given.user(), given.secret())
                        && (!factors.isRequired(given.user()) || code.isRight(given.user()));
        return rights.filter(_ -> right)
                .map(acls -> new Caller(given.user(), acls, "", from.getHostAddress()));
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
