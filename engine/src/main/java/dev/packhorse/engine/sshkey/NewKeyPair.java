package dev.packhorse.engine.sshkey;

import dev.packhorse.transport.spi.Secret;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;

/// A new RSA key pair: the private key as PKCS#8, which OpenSSH reads, encrypted if there is a
/// passphrase.
///
/// Source: RFC 5958 and 8018; RFC 4253, section 6.6, for the public key.
///
/// @param privateText the private key's file
/// @param publicKey the public key
/// @param fingerprint as `ssh-keygen -l` shows it
public record NewKeyPair(Secret privateText, PublicKeyLine publicKey, String fingerprint) {
    private static final String SCHEME = "PBEWithHmacSHA256AndAES_256";
    private static final int ROUNDS = 100_000;
    private static final int LINE = 64;

    /// Makes a pair.
    ///
    /// @param bits the key's length
    /// @param passphrase empty for a key without
    public static NewKeyPair generate(int bits, Secret passphrase, String comment) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            KeyPair pair = generator.generateKeyPair();
            byte[] blob = blob((RSAPublicKey) pair.getPublic());
            return new NewKeyPair(
                    privateText(pair.getPrivate(), passphrase),
                    new PublicKeyLine("ssh-rsa", Base64.getEncoder().encodeToString(blob), comment),
                    fingerprint(blob));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot make RSA keys", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Secret privateText(PrivateKey key, Secret passphrase)
            throws GeneralSecurityException, IOException {
        if (passphrase.reveal().isEmpty()) {
            return pem("PRIVATE KEY", key.getEncoded());
        }
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        PBEKeySpec words = new PBEKeySpec(passphrase.reveal().toCharArray());
        Cipher cipher = Cipher.getInstance(SCHEME);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(SCHEME).generateSecret(words),
                new PBEParameterSpec(salt, ROUNDS));
        byte[] encrypted = cipher.doFinal(key.getEncoded());
        // The cipher's own parameters bear a name for which Java knows no identifier.
        AlgorithmParameters named = AlgorithmParameters.getInstance("PBES2");
        named.init(cipher.getParameters().getEncoded());
        return pem(
                "ENCRYPTED PRIVATE KEY",
                new EncryptedPrivateKeyInfo(named, encrypted).getEncoded());
    }

    private static Secret pem(String label, byte[] content) {
        String body =
                Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(content);
        return new Secret(
                "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
    }

    private static byte[] blob(RSAPublicKey key) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        part(out, "ssh-rsa".getBytes(StandardCharsets.US_ASCII));
        part(out, number(key.getPublicExponent()));
        part(out, number(key.getModulus()));
        return bytes.toByteArray();
    }

    private static byte[] number(BigInteger number) {
        return number.toByteArray();
    }

    private static void part(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String fingerprint(byte[] blob) throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob);
        return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    }
}
