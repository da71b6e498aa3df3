package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Sha256;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets an administrator consent at Google to backups in their drive. Whoever brings the state of a
/// sign-in that was begun here within the last hour ends it, once, with whatever comes; nothing
/// else is believed. What is under way is in memory alone: after a restart one begins anew. Safe
/// for many threads.
///
/// Source: RFC 6749 sections 4.1.2 and 10.12.
public final class GoogleSignIn {
    /// How long an administrator may take.
    public static final Duration LIFE = Duration.ofHours(1);

    /// A bound on what calls can make the daemon keep; the oldest gives way.
    static final int MOST_UNDER_WAY = 100;

    private static final Logger LOG = LoggerFactory.getLogger(GoogleSignIn.class);
    private static final int STATE_BYTES = 32;
    private static final int LONGEST_STATE = 128;
    private static final Pattern CODE = Pattern.compile("[\\x21-\\x7e]{1,2048}");
    private static final Pattern ERROR = Pattern.compile("[a-z_]{1,64}");

    private final GoogleConsent consent;
    private final GoogleCredentials credentials;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /// By the digest of the state, so that the time of a look-up tells nothing of a state. Guarded
    /// by itself.
    private final Map<String, UnderWay> underWay = new LinkedHashMap<>();

    private record UnderWay(
            String clientId, Secret clientSecret, URI redirectUri, Instant endsAt) {}

    public GoogleSignIn(GoogleConsent consent, GoogleCredentials credentials, InstantSource clock) {
        this.consent = consent;
        this.credentials = credentials;
        this.clock = clock;
    }

    /// How a sign-in ended.
    public sealed interface End {
        /// The refresh token is kept.
        record Kept(String clientId) implements End {}

        /// There is no such sign-in, or not any more.
        record Unknown() implements End {}

        /// Google or the administrator said no.
        ///
        /// @param reason Google's word for it, as `access_denied`
        record Declined(String reason) implements End {}

        /// It could not be ended.
        ///
        /// @param reason for people, without secrets
        record Failed(String reason) implements End {}
    }

    /// Begins a sign-in.
    ///
    /// @param redirectUri where Google sends the browser; registered with the client
    /// @return the page to open in a browser within the hour
    /// @throws IllegalArgumentException if the id can be that of no client
    public URI begin(String clientId, Secret clientSecret, URI redirectUri) {
        if (!GoogleCredentials.isClientId(clientId)) {
            throw new IllegalArgumentException("no OAuth client has such an id");
        }
        byte[] bytes = new byte[STATE_BYTES];
        random.nextBytes(bytes);
        String state = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        UnderWay begun =
                new UnderWay(clientId, clientSecret, redirectUri, clock.instant().plus(LIFE));
        synchronized (underWay) {
            underWay.values().removeIf(this::isOver);
            if (underWay.size() >= MOST_UNDER_WAY) {
                underWay.remove(underWay.keySet().iterator().next());
            }
            underWay.put(digest(state), begun);
        }
        return consent.page(clientId, redirectUri, state);
    }

    /// Ends a sign-in with what a browser brought. May wait for Google.
    public End finish(String state, Optional<String> code, Optional<String> error) {
        Optional<UnderWay> found = take(state);
        if (found.isEmpty()) {
            return new End.Unknown();
        }
        if (error.isPresent()) {
            String word = error.filter(text -> ERROR.matcher(text).matches()).orElse("an error");
            return new End.Declined(word);
        }
        return code.filter(text -> CODE.matcher(text).matches())
                .map(text -> exchange(found.get(), new Secret(text)))
                .orElseGet(() -> new End.Failed("Google sent no usable code"));
    }

    private End exchange(UnderWay signIn, Secret code) {
        try {
            Secret token =
                    consent.exchange(
                            signIn.clientId(), signIn.clientSecret(), code, signIn.redirectUri());
            credentials.keep(signIn.clientId(), token);
            LOG.atInfo()
                    .addKeyValue("client", signIn.clientId())
                    .log("consent to backups in Google Drive kept");
            return new End.Kept(signIn.clientId());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("client", signIn.clientId())
                    .setCause(e)
                    .log("consent to backups in Google Drive could not be kept");
            return new End.Failed(String.valueOf(e.getMessage()));
        }
    }

    /// Nobody can bring the same state again, whatever comes of it.
    private Optional<UnderWay> take(String state) {
        if (state.isEmpty() || state.length() > LONGEST_STATE) {
            return Optional.empty();
        }
        synchronized (underWay) {
            return Optional.ofNullable(underWay.remove(digest(state)))
                    .filter(signIn -> !isOver(signIn));
        }
    }

    private boolean isOver(UnderWay signIn) {
        return !clock.instant().isBefore(signIn.endsAt());
    }

    private static String digest(String state) {
        byte[] digest = Sha256.begin().digest(state.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }
}
