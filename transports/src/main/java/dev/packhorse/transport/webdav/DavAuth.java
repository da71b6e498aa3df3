package dev.packhorse.transport.webdav;

import dev.packhorse.transport.http.HttpReply;
import dev.packhorse.transport.spi.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Proves who we are, in the best way that the server offers: Digest with SHA-256, Digest with MD5,
/// Basic. Nothing is sent before the server asked, so a server that knows Digest never sees the
/// password. Many threads.
final class DavAuth {
    private final String username;
    private final Secret password;
    private volatile @Nullable Scheme scheme;

    private sealed interface Scheme {
        record Basic() implements Scheme {}

        record Digest(DigestChallenge challenge) implements Scheme {}
    }

    DavAuth(String username, Secret password) {
        this.username = username;
        this.password = password;
    }

    /// The header for a request, empty before the server asked for one.
    Optional<String> header(String method, String target) {
        Scheme current = scheme;
        return switch (current) {
            case null -> Optional.empty();
            case Scheme.Basic _ -> Optional.of(basic());
            case Scheme.Digest(DigestChallenge challenge) ->
                    Optional.of(challenge.answer(username, password, method, target));
        };
    }

    /// Source: RFC 7617.
    private String basic() {
        String pair = username + ":" + password.reveal();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /// Takes up what a 401 asks for.
    ///
    /// @param sent whether the request had our header already
    /// @return whether another request may do better
    boolean learn(HttpReply reply, boolean sent) {
        Optional<DigestChallenge> digest =
                reply.headers().allValues("WWW-Authenticate").stream()
                        .flatMap(value -> DigestChallenge.read(value).stream())
                        .max(Comparator.comparingInt(DigestChallenge::rank));
        if (digest.isPresent()) {
            scheme = new Scheme.Digest(digest.get());
            return !sent || digest.get().stale();
        }
        boolean basic =
                reply.headers().allValues("WWW-Authenticate").stream()
                        .anyMatch(value -> value.strip().regionMatches(true, 0, "Basic", 0, 5));
        if (basic) {
            scheme = new Scheme.Basic();
        }
        return basic && !sent;
    }
}
