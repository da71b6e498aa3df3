package dev.packhorse.transport.ssh;

import dev.packhorse.transport.spi.Secret;
import java.nio.file.Path;
import java.util.Optional;

/// How a user proves who it is.
public sealed interface SshLogin {
    /// By password.
    record Password(Secret password) implements SshLogin {}

    /// By a private key.
    ///
    /// @param file passed [PrivateKeyFile#check]
    /// @param passphrase opens the key, empty if it lies open
    record Key(Path file, Optional<Secret> passphrase) implements SshLogin {}
}
