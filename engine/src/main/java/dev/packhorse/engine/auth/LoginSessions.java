package dev.packhorse.engine.auth;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sessions of callers that logged in. A call of a session needs both its cookie, which a
/// browser sends by itself, and its security token, which stands in the path and which a foreign
/// page does not know. Of a cookie's value only the digest is kept. Safe for many threads.
///
/// Sessions outlive a restart where they have a file. What makes, binds or ends one is on the disk
/// before it is answered, so that a crash brings back no session that was ended and no link that
/// was followed; that one was used is written once in a minute, so that a restart can only shorten
/// it.
///
/// A user has so many sessions at most; a further one takes the place of that which was not used
/// for longest. Where the server has all that it keeps, nobody gets one: making sessions ends
/// nobody else's.
///
/// A session ends after some time without a call and after a day at the latest, when its user's
/// password or rights are taken away, and with the API token that it was made with, whose present
/// rights and addresses bound each call.
///
/// Source: whmapi1-protocol 2.4.
public final class LoginSessions {
    /// How long a session lasts without a call.
    public static final Duration IDLE = Duration.ofHours(1);

    /// The same for one that was made by `create_user_session`.
    ///
    /// Source: functions.json, that function.
    public static final Duration IDLE_OFFERED = Duration.ofMinutes(15);

    private static final Logger LOG = LoggerFactory.getLogger(LoginSessions.class);
    private static final Duration WRITE_EVERY = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(1);
    static final int MOST_SESSIONS = 10_000;
    static final int MOST_OF_A_USER = 50;
    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int RANDOM_LENGTH = 32;

    private final HostUsers users;
    private final SessionRights rights;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /// By the digest of the cookie's value, oldest first. Guarded by `this`.
    private final Map<String, LoginSession> sessions = new LinkedHashMap<>();

    private final Optional<LoginSessionFile> file;

    /// Guarded by `this`.
    private Instant written = Instant.EPOCH;

    /// Sessions that a restart ends.
    public LoginSessions(HostUsers users, TokenStore tokens, InstantSource clock) {
        this(users, tokens, clock, Optional.empty());
    }

    private LoginSessions(
            HostUsers users,
            TokenStore tokens,
            InstantSource clock,
            Optional<LoginSessionFile> file) {
        this.users = users;
        this.rights = new SessionRights(users, tokens, clock);
        this.clock = clock;
        this.file = file;
    }

    /// Sessions that go on where those of the file stood. One that cannot be read is logged, and
    /// everybody logs in anew.
    ///
    /// @param path made with mode 0600, in a folder that is there
    public static LoginSessions kept(
            Path path, Sealing sealing, HostUsers users, TokenStore tokens, InstantSource clock) {
        LoginSessionFile file = new LoginSessionFile(path, sealing);
        LoginSessions all = new LoginSessions(users, tokens, clock, Optional.of(file));
        try {
            all.resume(file.read());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", path)
                    .setCause(e)
                    .log("sessions cannot be read; everybody logs in anew");
        }
        return all;
    }

    private synchronized void resume(Map<String, LoginSession> before) {
        Instant now = clock.instant();
        before.forEach((key, session) -> {
            // One of the future would last too long: the clock was set back.
            if (!session.isOver(now, LONGEST) && !session.usedAt().isAfter(now.plus(WRITE_EVERY))) {
                sessions.put(key, session);
            }
        });
    }

    /// Called under the lock.
    private void write() throws IOException {
        if (file.isPresent()) {
            sweep(clock.instant());
            file.get().write(sessions);
            written = clock.instant();
        }
    }

    /// Called under the lock, for what a restart may forget.
    private void writeSometimes() {
        Instant now = clock.instant();
        if (now.isBefore(written.plus(WRITE_EVERY)) && !now.isBefore(written)) {
            return;
        }
        try {
            write();
        } catch (IOException e) {
            written = now;
            LOG.atWarn().setCause(e).log("that sessions were used cannot be kept");
        }
    }

    /// A session that was just made.
    ///
    /// @param value what the cookie holds; told this once
    /// @param securityToken the first segment of every path, as `/cpsess1234567890`
    /// @param expiresAt when it ends without a call
    public record Opened(Secret value, String securityToken, Instant expiresAt) {}

    /// Makes the session of a caller who has just given a password; it works from the caller's
    /// address only.
    ///
    /// @throws IOException if the host's files cannot be read
    /// @throws TooManySessionsException if there are so many that it was not made
    public Opened open(Caller caller) throws IOException, TooManySessionsException {
        return add(
                caller.user(),
                "login",
                IDLE,
                LoginSession.Origin.of(caller),
                caller.remoteAddress());
    }

    /// Makes a session for somebody to be handed a link; it works once [#redeem] was called.
    ///
    /// @param maker who asks; a session for somebody else never has more rights than the maker
    /// @return empty if the user may not call at all
    /// @throws IOException if the host's files cannot be read
    /// @throws TooManySessionsException if there are so many that it was not made
    public Optional<Opened> offer(Caller maker, String user)
            throws IOException, TooManySessionsException {
        if (users.rights(user).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                add(user, "create_user_session", IDLE_OFFERED, LoginSession.Origin.of(maker), ""));
    }

    private Opened add(
            String user, String how, Duration idle, LoginSession.Origin origin, String address)
            throws IOException, TooManySessionsException {
        String value = user + ":" + randomText() + ":" + how + "," + randomText();
        String token = "/cpsess" + (1_000_000_000L + random.nextLong(9_000_000_000L));
        Instant now = clock.instant();
        LoginSession session =
                new LoginSession(
                        user, token, origin, address, rights.fingerprint(user), now, now, idle);
        synchronized (this) {
            sweep(now);
            makeRoom(user);
            sessions.put(digest(value), session);
            write();
        }
        return new Opened(new Secret(value), token, now.plus(idle));
    }

    /// Binds an offered session to the first address that follows its link.
    ///
    /// @return whether there is such a session, nobody followed its link before, and it has not
    ///   ended
    /// @throws IOException if it cannot be kept
    public synchronized boolean redeem(String securityToken, Secret value, InetAddress from)
            throws IOException {
        String key = digest(value.reveal());
        Optional<LoginSession> session = live(key, securityToken);
        if (session.isEmpty() || !session.get().address().isEmpty()) {
            return false;
        }
        sessions.put(key, session.get().from(from.getHostAddress()).touched(clock.instant()));
        write();
        return true;
    }

    /// Who calls by a session; the call keeps it alive.
    ///
    /// @param securityToken the first segment of the path, with its slash; empty if there is none
    /// @param value what the cookie holds
    /// @throws IOException if the host's files cannot be read
    public Optional<Caller> find(String securityToken, Secret value, InetAddress from)
            throws IOException {
        String key = digest(value.reveal());
        Optional<LoginSession> session;
        synchronized (this) {
            session =
                    live(key, securityToken)
                            .filter(each -> each.address().equals(from.getHostAddress()));
            session.ifPresent(each -> sessions.put(key, each.touched(clock.instant())));
            if (session.isPresent()) {
                writeSometimes();
            }
        }
        return session.isEmpty() ? Optional.empty() : caller(key, session.get(), from);
    }

    private Optional<Caller> caller(String key, LoginSession session, InetAddress from)
            throws IOException {
        Optional<Caller> caller = rights.caller(session, from);
        if (caller.isEmpty()) {
            synchronized (this) {
                sessions.remove(key);
                write();
            }
        }
        return caller;
    }

    /// Ends a session.
    ///
    /// @return false if there is none, or token and cookie do not belong together
    /// @throws IOException if that cannot be kept: it has ended, and a restart might bring it back
    public synchronized boolean close(String securityToken, Secret value) throws IOException {
        String key = digest(value.reveal());
        boolean ended = live(key, securityToken).isPresent();
        if (ended) {
            sessions.remove(key);
            write();
        }
        return ended;
    }

    private Optional<LoginSession> live(String key, String securityToken) {
        Instant now = clock.instant();
        return Optional.ofNullable(sessions.get(key))
                .filter(session -> !session.isOver(now, LONGEST))
                .filter(session ->
                        MessageDigest.isEqual(
                                bytes(session.securityToken()), bytes(securityToken)));
    }

    private void sweep(Instant now) {
        sessions.values().removeIf(session -> session.isOver(now, LONGEST));
    }

    private void makeRoom(String user) throws TooManySessionsException {
        List<Map.Entry<String, LoginSession>> own =
                sessions.entrySet().stream()
                        .filter(each -> each.getValue().user().equals(user))
                        .sorted(Comparator.comparing(each -> each.getValue().usedAt()))
                        .toList();
        if (own.size() < MOST_OF_A_USER && sessions.size() >= MOST_SESSIONS) {
            throw new TooManySessionsException();
        }
        // More than one too many may be those of an earlier version.
        own.stream()
                .limit(Math.max(0, own.size() - MOST_OF_A_USER + 1))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(sessions::remove);
    }

    private String randomText() {
        StringBuilder text = new StringBuilder(RANDOM_LENGTH);
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(text)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
