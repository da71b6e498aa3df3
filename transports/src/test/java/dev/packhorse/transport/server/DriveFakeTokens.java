package dev.packhorse.transport.server;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The token endpoint of a [DriveFake].
///
/// Source: RFC 6749 sections 4.1.3, 5 and 6; RFC 7523.
public final class DriveFakeTokens {
    public static final String CLIENT = "client-1.apps.example";
    public static final String CLIENT_SECRET = "client-secret-text";
    public static final String REFRESH_TOKEN = "1//refresh-token-text";
    public static final String CODE = "4/code-text";
    public static final String EMAIL = "backup@project.iam.example";

    private final Set<String> valid = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final List<String> redirects = new CopyOnWriteArrayList<>();
    private volatile boolean revoked;
    private volatile PublicKey trusted;
    private volatile int life = 3_600;

    /// The person takes the consent back.
    public void revoke() {
        revoked = true;
        expire();
    }

    /// All access tokens end now.
    public void expire() {
        valid.clear();
    }

    /// How many seconds new tokens are said to live.
    public void live(int seconds) {
        life = seconds;
    }

    /// How many access tokens were given.
    public int given() {
        return count.get();
    }

    /// The `redirect_uri` of each exchange of a code that was accepted.
    public List<String> redirects() {
        return List.copyOf(redirects);
    }

    /// A service account signs with this key.
    public void trust(PublicKey key) {
        trusted = key;
    }

    boolean isValid(String authorization) {
        return authorization != null
                && authorization.startsWith("Bearer ")
                && valid.contains(authorization.substring("Bearer ".length()));
    }

    Map<String, Object> answer(Map<String, String> form) {
        String grant = form.getOrDefault("grant_type", "");
        if (grant.equals("urn:ietf:params:oauth:grant-type:jwt-bearer")) {
            return isSigned(form.getOrDefault("assertion", "")) ? token() : error("invalid_grant");
        }
        if (!CLIENT.equals(form.get("client_id"))
                || !CLIENT_SECRET.equals(form.get("client_secret"))) {
            return error("invalid_client");
        }
        if (grant.equals("authorization_code") && CODE.equals(form.get("code"))) {
            redirects.add(form.getOrDefault("redirect_uri", ""));
            return Map.of(
                    "access_token", "unused",
                    "expires_in", life,
                    "refresh_token", REFRESH_TOKEN,
                    "scope", "https://www.googleapis.com/auth/drive.file",
                    "token_type", "Bearer");
        }
        boolean refresh =
                grant.equals("refresh_token")
                        && REFRESH_TOKEN.equals(form.get("refresh_token"))
                        && !revoked;
        return refresh ? token() : error("invalid_grant");
    }

    private Map<String, Object> token() {
        String token = "ya29.access-token-" + count.incrementAndGet();
        valid.add(token);
        return Map.of("access_token", token, "expires_in", life, "token_type", "Bearer");
    }

    private static Map<String, Object> error(String code) {
        return Map.of("error", code, "error_description", "no: " + REFRESH_TOKEN);
    }

    private boolean isSigned(String assertion) {
        String[] parts = assertion.split("\\.", -1);
        PublicKey key = trusted;
        if (parts.length != 3 || key == null) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(key);
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            JsonNode claims = new JsonMapper().readTree(Base64.getUrlDecoder().decode(parts[1]));
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
                    && claims.path("iss").asString("").equals(EMAIL)
                    && claims.path("aud").asString("").endsWith("/token")
                    && claims.path("exp").asLong() - claims.path("iat").asLong() == 3_600
                    && claims.path("scope").asString("").endsWith("/auth/drive.file");
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
