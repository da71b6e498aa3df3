package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.spi.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/// What an access token is got with.
sealed interface GoogleLogin {
    /// The least that the driver needs: the files that it made itself, and no others.
    String SCOPE = "https://www.googleapis.com/auth/drive.file";

    /// The form to be sent to the token endpoint.
    ///
    /// @throws GeneralSecurityException if the key cannot sign
    Map<String, String> form(URI tokenEndpoint, Instant now) throws GeneralSecurityException;

    /// What the consent of a person left. Source: RFC 6749 section 6.
    record Consent(String clientId, Secret clientSecret, Secret refreshToken)
            implements GoogleLogin {
        @Override
        public Map<String, String> form(URI tokenEndpoint, Instant now) {
            return Map.of(
                    "grant_type",
                    "refresh_token",
                    "client_id",
                    clientId,
                    "client_secret",
                    clientSecret.reveal(),
                    "refresh_token",
                    refreshToken.reveal());
        }
    }

    /// An account of a program, which signs for itself. Source: RFC 7523 section 2.1.
    record ServiceAccount(String email, String keyId, PrivateKey key) implements GoogleLogin {
        private static final long LIFE_SECONDS = 3_600;

        @Override
        public Map<String, String> form(URI tokenEndpoint, Instant now)
                throws GeneralSecurityException {
            String head = DriveJson.text(Map.of("alg", "RS256", "typ", "JWT", "kid", keyId));
            String claims =
                    DriveJson.text(
                            Map.of(
                                    "iss",
                                    email,
                                    "scope",
                                    SCOPE,
                                    "aud",
                                    tokenEndpoint.toString(),
                                    "iat",
                                    now.getEpochSecond(),
                                    "exp",
                                    now.getEpochSecond() + LIFE_SECONDS));
            String signed =
                    encoded(head.getBytes(StandardCharsets.UTF_8))
                            + "."
                            + encoded(claims.getBytes(StandardCharsets.UTF_8));
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return Map.of(
                    "grant_type",
                    "urn:ietf:params:oauth:grant-type:jwt-bearer",
                    "assertion",
                    signed + "." + encoded(signature.sign()));
        }

        private static String encoded(byte[] bytes) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }

        @Override
        public String toString() {
            return "ServiceAccount[" + email + "]";
        }
    }
}
