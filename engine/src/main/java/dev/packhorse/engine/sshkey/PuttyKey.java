package dev.packhorse.engine.sshkey;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import dev.packhorse.transport.spi.Secret;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Writes a private key of OpenSSH in PuTTY's form, version 2, which every PuTTY reads. A
/// passphrase that opens the key protects the new one too. Its SHA-1 is the format's, not ours.
///
/// Source: PuTTY's manual, appendix C, "PPK file format"; RFC 4251 section 5 for the parts of keys;
/// draft-miller-ssh-agent section 3.2 for the order in which a key tells them.
public final class PuttyKey {
    private static final int LINE = 64;
    private static final int BLOCK = 16;
    private static final byte[] MAC_KEY =
            "putty-private-key-file-mac-key".getBytes(StandardCharsets.US_ASCII);

    /// Which parts of a key, counted after its type, are the private ones, in PuTTY's order.
    private static final Map<Integer, List<Integer>> PRIVATE_PARTS =
            Map.of(
                    // n, e, d, iqmp, p, q
                    KeyPair.RSA, List.of(2, 4, 5, 3),
                    // curve, point, number
                    KeyPair.ECDSA, List.of(2),
                    // public, private and public
                    KeyPair.ED25519, List.of(1));

    private PuttyKey() {}

    /// A key that cannot be converted; the message says why.
    public static final class UnreadableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreadableException(String message, Throwable cause) {
            super(message, cause);
        }

        UnreadableException(String message) {
            super(message);
        }
    }

    /// Converts a key.
    ///
    /// @param key the file of a private key of type RSA, ECDSA or Ed25519
    /// @param passphrase what opens it, empty for none
    /// @throws UnreadableException if it is none, or the passphrase does not open it
    public static Secret of(Secret key, Secret passphrase) throws UnreadableException {
        KeyPair pair = open(key, passphrase);
        try {
            List<Integer> wanted = PRIVATE_PARTS.get(pair.getKeyType());
            if (wanted == null) {
                throw new UnreadableException(
                        "PuTTY's form is made of RSA, ECDSA and Ed25519 keys");
            }
            byte[] secret = privateParts(pair, wanted);
            // A key without a passphrase is not protected by one that was given all the same.
            Secret protection = isProtected(key) ? passphrase : new Secret("");
            return new Secret(text(pair, secret, protection.reveal()));
        } catch (JSchException | GeneralSecurityException e) {
            throw new UnreadableException("the key's parts cannot be told", e);
        } finally {
            pair.dispose();
        }
    }

    private static KeyPair open(Secret key, Secret passphrase) throws UnreadableException {
        try {
            KeyPair pair =
                    KeyPair.load(
                            new JSch(), key.reveal().getBytes(StandardCharsets.US_ASCII), null);
            byte @Nullable [] words =
                    passphrase.reveal().isEmpty() ? null : bytes(passphrase.reveal());
            if (!pair.decrypt(words)) {
                pair.dispose();
                throw new UnreadableException(
                        passphrase.reveal().isEmpty()
                                ? "it has a passphrase"
                                : "the passphrase does not open it");
            }
            return pair;
        } catch (JSchException e) {
            throw new UnreadableException("it is no private key of OpenSSH", e);
        }
    }

    private static boolean isProtected(Secret key) throws UnreadableException {
        try {
            KeyPair pair =
                    KeyPair.load(
                            new JSch(), key.reveal().getBytes(StandardCharsets.US_ASCII), null);
            boolean isProtected = pair.isEncrypted();
            pair.dispose();
            return isProtected;
        } catch (JSchException e) {
            throw new UnreadableException("it is no private key of OpenSSH", e);
        }
    }

    private static byte[] privateParts(KeyPair pair, List<Integer> wanted) throws JSchException {
        ByteBuffer all = ByteBuffer.wrap(pair.forSSHAgent());
        next(all);
        List<byte[]> parts = new java.util.ArrayList<>();
        while (all.hasRemaining()) {
            parts.add(next(all));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int number : wanted) {
            byte[] part = parts.get(number);
            // Of an Ed25519 key the first half is private; the public half stands in its own place.
            put(bytes, pair.getKeyType() == KeyPair.ED25519 ? Arrays.copyOf(part, 32) : part);
        }
        return bytes.toByteArray();
    }

    private static byte[] next(ByteBuffer from) {
        byte[] part = new byte[from.getInt()];
        from.get(part);
        return part;
    }

    private static void put(ByteArrayOutputStream to, byte[] part) {
        try {
            DataOutputStream out = new DataOutputStream(to);
            out.writeInt(part.length);
            out.write(part);
        } catch (IOException e) {
            throw new IllegalStateException("memory takes bytes", e);
        }
    }

    private static String text(KeyPair pair, byte[] secret, String passphrase)
            throws GeneralSecurityException, JSchException {
        String type = type(pair);
        String comment = "imported-openssh-key";
        String encryption = passphrase.isEmpty() ? "none" : "aes256-cbc";
        byte[] open = pair.getPublicKeyBlob();
        byte[] plain = passphrase.isEmpty() ? secret : padded(secret);
        byte[] stored = passphrase.isEmpty() ? plain : encrypted(plain, passphrase);
        String publicText = base64(open);
        String privateText = base64(stored);
        return "PuTTY-User-Key-File-2: "
                + type
                + "\nEncryption: "
                + encryption
                + "\nComment: "
                + comment
                + "\nPublic-Lines: "
                + publicText.lines().count()
                + "\n"
                + publicText
                + "\nPrivate-Lines: "
                + privateText.lines().count()
                + "\n"
                + privateText
                + "\nPrivate-MAC: "
                + mac(
                        List.of(bytes(type), bytes(encryption), bytes(comment), open, plain),
                        passphrase)
                + "\n";
    }

    private static String type(KeyPair pair) {
        return new String(
                next(ByteBuffer.wrap(pair.getPublicKeyBlob())), StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(byte[] content) {
        return Base64.getMimeEncoder(LINE, bytes("\n")).encodeToString(content);
    }

    private static byte[] padded(byte[] secret) throws GeneralSecurityException {
        byte[] whole = Arrays.copyOf(secret, (secret.length + BLOCK - 1) / BLOCK * BLOCK);
        byte[] filler = MessageDigest.getInstance("SHA-1").digest(secret);
        System.arraycopy(filler, 0, whole, secret.length, whole.length - secret.length);
        return whole;
    }

    private static byte[] encrypted(byte[] plain, String passphrase)
            throws GeneralSecurityException {
        ByteBuffer key = ByteBuffer.allocate(40);
        for (byte counter = 0; counter < 2; counter++) {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(new byte[] {0, 0, 0, counter});
            key.put(digest.digest(bytes(passphrase)));
        }
        Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(key.array(), 0, 32, "AES"),
                new IvParameterSpec(new byte[BLOCK]));
        return cipher.doFinal(plain);
    }

    private static String mac(List<byte[]> parts, String passphrase)
            throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-1");
        digest.update(MAC_KEY);
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(digest.digest(bytes(passphrase)), "HmacSHA1"));
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        parts.forEach(part -> put(told, part));
        return HexFormat.of().formatHex(mac.doFinal(told.toByteArray()));
    }
}
