package dev.packhorse.engine.provision;

import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// Makes keys with which mail of a new domain is signed.
final class NewSigningKey {
    /// RFC 8301 section 3.2: at least 1024, better 2048.
    private static final int BITS = 2_048;

    private static final int LINE = 64;

    private NewSigningKey() {}

    /// A private key in PEM form.
    static String pem() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(key)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has RSA", e);
        }
    }
}
