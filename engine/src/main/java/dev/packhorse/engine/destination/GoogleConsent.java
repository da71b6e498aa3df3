package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.net.URI;

/// What the driver of Google Drive knows of an administrator's consent. Safe for many threads.
///
/// Source: RFC 6749 section 4.1.
public interface GoogleConsent {
    /// The page on which the administrator consents.
    ///
    /// @param redirectUri where the browser comes back with `code` and `state`
    /// @param state unguessable, and good for one return
    URI page(String clientId, URI redirectUri, String state);

    /// Exchanges the code that the browser brought for a refresh token.
    ///
    /// @param redirectUri the one that the page was asked for with
    /// @throws IOException if Google gives none; the message says why, without secrets
    Secret exchange(String clientId, Secret clientSecret, Secret code, URI redirectUri)
            throws IOException;
}
