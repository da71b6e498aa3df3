package dev.packhorse.engine.component.dns;

import dev.packhorse.engine.component.domain.PemKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A key that signs mail.
///
/// @param publicHalf the public key in base64, without line ends
record SigningKey(String publicHalf) {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "\\s*-----BEGIN ((?:RSA )?PRIVATE KEY)-----\\s+([A-Za-z0-9+/=\\s]+?)-----END"
                            + " \\1-----\\s*");
    private static final Pattern RECORD_KEY = Pattern.compile("(?:^|;)\\s*p=([A-Za-z0-9+/=\\s]*)");
    private static final int LEAST_BITS = 1_024;
    private static final int MOST_BITS = 8_192;
    private static final int STRING = 200;

    /// Reads an RSA key in PEM form and nothing besides.
    ///
    /// @throws GeneralSecurityException if it is none; the message holds nothing of the key
    static SigningKey parse(String text) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(text);
        if (!block.matches()) {
            throw new GeneralSecurityException("no private key");
        }
        byte[] der = decode(block.group(2));
        if (!(PemKey.parse(block.group(1), der).key() instanceof RSAPrivateCrtKey key)) {
            throw new GeneralSecurityException("not an RSA key");
        }
        int bits = key.getModulus().bitLength();
        if (bits < LEAST_BITS || bits > MOST_BITS) {
            throw new GeneralSecurityException("a key of " + bits + " bits");
        }
        byte[] half =
                KeyFactory.getInstance("RSA")
                        .generatePublic(
                                new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))
                        .getEncoded();
        return new SigningKey(Base64.getEncoder().encodeToString(half));
    }

    private static byte[] decode(String base64) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("a block that is not base64", e);
        }
    }

    /// The public half as a PEM file.
    String publicPem() {
        StringBuilder text = new StringBuilder("-----BEGIN PUBLIC KEY-----\n");
        for (int at = 0; at < publicHalf.length(); at += 64) {
            text.append(publicHalf, at, Math.min(at + 64, publicHalf.length())).append('\n');
        }
        return text.append("-----END PUBLIC KEY-----\n").toString();
    }

    /// Whether a PEM file holds the public half.
    boolean isPublicHalf(String pem) {
        return pem.replaceAll("-----[A-Z ]+-----|\\s", "").equals(publicHalf)
                && pem.contains("BEGIN PUBLIC KEY");
    }

    /// Whether a record's text names this key.
    boolean isInRecord(String text) {
        Matcher key = RECORD_KEY.matcher(text);
        return key.find() && key.group(1).replaceAll("\\s", "").equals(publicHalf);
    }

    /// The data of the record, in strings that are short enough.
    String recordData() {
        StringBuilder data = new StringBuilder();
        String text = "v=DKIM1; k=rsa; p=" + publicHalf;
        for (int at = 0; at < text.length(); at += STRING) {
            data.append(at == 0 ? "\"" : " \"")
                    .append(text, at, Math.min(at + STRING, text.length()))
                    .append('"');
        }
        return data.toString();
    }
}
