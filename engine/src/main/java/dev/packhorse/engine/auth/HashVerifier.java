package dev.packhorse.engine.auth;

import dev.packhorse.engine.posix.Crypt;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;

/// Compares a password with a hash of the shadow file. Safe for many threads.
@FunctionalInterface
public interface HashVerifier {
    /// Whether the password has this hash; false for a hash of an unknown kind and for a locked
    /// one.
    ///
    /// @throws IOException if this system cannot work out hashes
    boolean matches(Secret password, String hash) throws IOException;

    /// The hashes that this system knows: yescrypt, SHA-512 crypt and others.
    static HashVerifier ofSystem() {
        return (password, hash) -> Crypt.verify(password.reveal(), hash);
    }
}
