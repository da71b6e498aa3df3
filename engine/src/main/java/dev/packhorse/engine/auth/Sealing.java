package dev.packhorse.engine.auth;

import dev.packhorse.transport.spi.Secret;

/// Keeps secrets unreadable at rest. Safe for many threads.
public interface Sealing {
    /// The secret's sealed text.
    ///
    /// @param place where it belongs; it opens nowhere else
    String seal(Secret secret, String place);

    /// The secret of a sealed text.
    ///
    /// @throws IllegalArgumentException if it was changed, or sealed for another place or by
    ///   another server
    Secret open(String sealed, String place);
}
