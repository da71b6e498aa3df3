package dev.packhorse.transport.webdav;

import dev.packhorse.transport.spi.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a server that offers Digest asks for, and the answers to it. Many threads: each answer
/// takes the next count.
///
/// Source: RFC 7616 sections 3.3 and 3.4, with `qop=auth` only.
///
/// @param stale true if our last answer was good but its nonce too old
record DigestChallenge(
        String realm,
        String nonce,
        Optional<String> opaque,
        String algorithm,
        boolean stale,
        AtomicInteger uses) {
    private static final Pattern PARAMETER =
            Pattern.compile("([A-Za-z-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");
    private static final SecureRandom RANDOM = new SecureRandom();

    /// Reads one header value; empty if it is another scheme or asks for what we do not know.
    static Optional<DigestChallenge> read(String header) {
        String text = header.strip();
        if (!text.regionMatches(true, 0, "Digest ", 0, 7)) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        Matcher matcher = PARAMETER.matcher(text.substring(7));
        while (matcher.find()) {
            String value = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
            parameters.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), value);
        }
        String algorithm = parameters.getOrDefault("algorithm", "MD5").toUpperCase(Locale.ROOT);
        boolean known = algorithm.equals("MD5") || algorithm.equals("SHA-256");
        boolean auth = parameters.getOrDefault("qop", "").matches("(?i)(.*[, ])?auth([, ].*)?");
        if (!known || !auth || !parameters.containsKey("nonce")) {
            return Optional.empty();
        }
        return Optional.of(
                new DigestChallenge(
                        parameters.getOrDefault("realm", ""),
                        parameters.get("nonce"),
                        Optional.ofNullable(parameters.get("opaque")),
                        algorithm,
                        parameters.getOrDefault("stale", "").equalsIgnoreCase("true"),
                        new AtomicInteger()));
    }

    /// Higher is better.
    int rank() {
        return algorithm.equals("SHA-256") ? 1 : 0;
    }

    /// The header that answers the challenge for one request.
    ///
    /// @param target the request's path as it is sent
    String answer(String username, Secret password, String method, String target) {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return answer(username, password, method, target, HexFormat.of().formatHex(random));
    }

    String answer(
            String username, Secret password, String method, String target, String clientNonce) {
        String count = String.format("%08x", uses.incrementAndGet());
        String who = hash(username + ":" + unescaped(realm) + ":" + password.reveal());
        String what = hash(method + ":" + target);
        String response = hash(String.join(":", who, nonce, count, clientNonce, "auth", what));
        return "Digest username=\""
                + username.replace("\\", "\\\\").replace("\"", "\\\"")
                + "\", realm=\""
                + realm
                + "\", nonce=\""
                + nonce
                + "\", uri=\""
                + target
                + "\", algorithm="
                + algorithm
                + ", qop=auth, nc="
                + count
                + ", cnonce=\""
                + clientNonce
                + "\", response=\""
                + response
                + "\""
                + opaque.map(value -> ", opaque=\"" + value + "\"").orElse("");
    }

    private static String unescaped(String quoted) {
        return quoted.replaceAll("\\\\(.)", "$1");
    }

    private String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance(algorithm)
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
