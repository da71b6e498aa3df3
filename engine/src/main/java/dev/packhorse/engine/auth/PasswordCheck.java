package dev.packhorse.engine.auth;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;

/// Checks passwords against the host's shadow file. Safe for many threads; a few hashes are worked
/// out at the same time, further callers wait.
public final class PasswordCheck {
    /// Hashed for a user without a usable hash, so that the answer takes as long as for a wrong
    /// password. SHA-512 of crypt(3) with its default rounds; no password is known for it.
    private static final String NOBODYS_HASH =
            "$6$packhorsenobody$"
                    + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ./"
                    + "0123456789abcdefghijkl";

    private static final int MAX_PASSWORD_CHARS = 512;
    private static final int EXPIRY_FIELD = 7;

    private final HostUsers users;
    private final HashVerifier hashes;
    private final InstantSource clock;
    private final Semaphore slots =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    public PasswordCheck(HostUsers users, HashVerifier hashes, InstantSource clock) {
        this.users = users;
        this.hashes = hashes;
        this.clock = clock;
    }

    /// Whether the password is the user's and opens an account that is neither locked nor expired.
    ///
    /// @throws IOException if the host's files cannot be read
    public boolean verify(String user, Secret password) throws IOException {
        Optional<String> hash = usableHash(user);
        boolean tooLong = password.reveal().length() > MAX_PASSWORD_CHARS;
        Secret tried = tooLong ? new Secret("x") : password;
        String against = hash.orElse(usableHash("root").orElse(NOBODYS_HASH));
        boolean matches = matches(tried, against);
        return matches && hash.isPresent() && !tooLong;
    }

    private Optional<String> usableHash(String user) throws IOException {
        return users.shadow(user).filter(fields -> !isExpired(fields)).flatMap(PasswordCheck::hash);
    }

    private static Optional<String> hash(List<String> fields) {
        String hash = fields.get(1);
        boolean locked = hash.isEmpty() || hash.startsWith("!") || hash.startsWith("*");
        return locked ? Optional.empty() : Optional.of(hash);
    }

    /// Source: shadow(5), the eighth field is the day, counted from 1970, on which the account
    /// ends.
    private boolean isExpired(List<String> fields) {
        if (fields.size() <= EXPIRY_FIELD || !fields.get(EXPIRY_FIELD).matches("\\d{1,9}")) {
            return false;
        }
        long today = Duration.between(java.time.Instant.EPOCH, clock.instant()).toDays();
        return today >= Long.parseLong(fields.get(EXPIRY_FIELD));
    }

    /// On a thread of its own, because a virtual thread inside native code holds its carrier, and a
    /// handful of logins would stop every other call.
    private boolean matches(Secret password, String hash) throws IOException {
        FutureTask<Boolean> work = new FutureTask<>(() -> hashes.matches(password, hash));
        slots.acquireUninterruptibly();
        try {
            Thread.ofPlatform().daemon().name("password-check").start(work);
            return work.get();
        } catch (InterruptedException e) {
            InterruptedIOException ended = new InterruptedIOException("password check stopped");
            ended.initCause(e);
            throw ended;
        } catch (ExecutionException e) {
            throw new IOException("password check failed", e.getCause());
        } finally {
            slots.release();
        }
    }
}
