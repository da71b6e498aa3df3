package dev.packhorse.engine.session;

import java.util.Locale;

/// The two kinds of sessions that clients know.
public enum SessionKind {
    /// An account is packed.
    PKGACCT,
    /// Accounts are restored.
    TRANSFER;

    /// The folder, and the word in our own functions: `pkgacct`, `transfer`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
