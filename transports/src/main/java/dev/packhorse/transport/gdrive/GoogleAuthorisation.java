package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.http.HttpCaller;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.tls.PeerTrust;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The consent of an administrator to backups in their Google Drive: first
/// [#authorisationUri(String, URI, String)] is opened in a browser, then the code that Google sends
/// the browser back with is exchanged for the refresh token that the destination keeps.
///
/// Source: RFC 6749 section 4.1; Google Identity, “Using OAuth 2.0 for Web Server Applications”.
public final class GoogleAuthorisation {
    static final URI TOKEN_ENDPOINT = URI.create("https://oauth2.googleapis.com/token");

    private static final String CONSENT_PAGE = "https://accounts.google.com/o/oauth2/v2/auth";
    private static final String OPERATION = "authorise Google Drive";

    private final URI tokenEndpoint;
    private final Duration timeout;

    /// @param timeout how long one step may take
    public GoogleAuthorisation(Duration timeout) {
        this(TOKEN_ENDPOINT, timeout);
    }

    /// @param tokenEndpoint for tests: `http://127.0.0.1:PORT/...`, or Google's own
    /// @param timeout how long one step may take
    /// @throws IllegalArgumentException for any other place: codes and secrets go there
    public GoogleAuthorisation(URI tokenEndpoint, Duration timeout) {
        if (!tokenEndpoint.equals(TOKEN_ENDPOINT)
                && !tokenEndpoint.toString().matches("http://127\\.0\\.0\\.1:[0-9]{1,5}(/.*)?")) {
            throw new IllegalArgumentException("codes are exchanged with Google alone");
        }
        this.tokenEndpoint = tokenEndpoint;
        this.timeout = timeout;
    }

    /// The page on which the administrator consents. Google gives a refresh token only to who asks
    /// for consent anew, so it always does.
    ///
    /// @param redirectUri registered with the client, where the browser comes back with `code` and
    ///   `state`
    /// @param state unguessable; the caller compares it when the browser comes back
    public URI authorisationUri(String clientId, URI redirectUri, String state) {
        return URI.create(
                CONSENT_PAGE
                        + "?"
                        + GoogleTokens.encoded(
                                Map.of(
                                        "client_id",
                                        clientId,
                                        "redirect_uri",
                                        redirectUri.toString(),
                                        "response_type",
                                        "code",
                                        "scope",
                                        GoogleLogin.SCOPE,
                                        "access_type",
                                        "offline",
                                        "prompt",
                                        "consent",
                                        "state",
                                        state)));
    }

    /// Exchanges the code, which works once and for minutes.
    ///
    /// @return the refresh token
    /// @throws TransportException `DENIED` if Google does not accept the code or the client,
    ///   `REFUSED` if it gives no refresh token or not the right to store files
    /// @throws CancelledException after the cancellation was requested
    public Secret exchange(
            String clientId,
            Secret clientSecret,
            Secret code,
            URI redirectUri,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        Map<String, String> form =
                Map.of(
                        "grant_type", "authorization_code",
                        "client_id", clientId,
                        "client_secret", clientSecret.reveal(),
                        "code", code.reveal(),
                        "redirect_uri", redirectUri.toString());
        try (HttpCaller caller = new HttpCaller(new PeerTrust(Optional.empty()), timeout, 1)) {
            JsonNode answer =
                    GoogleTokens.post(
                            caller, OPERATION, tokenEndpoint, form, timeout, cancellation);
            String scopes = " " + answer.path("scope").asString(GoogleLogin.SCOPE) + " ";
            if (!scopes.contains(" " + GoogleLogin.SCOPE + " ")) {
                throw new TransportException(
                        Kind.REFUSED, OPERATION + ": the right to store files was not granted");
            }
            return GoogleTokens.secret(OPERATION, answer.path("refresh_token").asString(""));
        }
    }
}
