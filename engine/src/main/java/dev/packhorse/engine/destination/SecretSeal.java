package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Keeps secrets unreadable at rest: AES-256-GCM with a key that lies apart from them, so that a
/// copy of the configuration alone, as in a system backup, gives nothing away. A sealed secret
/// opens only in the place it was made for. Safe for many threads.
public final class SecretSeal {
    /// How long a key is.
    public static final int KEY_BYTES = 32;

    private static final String MARK = "sealed-1-";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    /// @param key 32 random bytes
    public SecretSeal(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("the key of a seal has 32 bytes");
        }
        this.key = new SecretKeySpec(key, "AES");
    }

    /// Whether a file holds a sealed secret, of whatever key.
    ///
    /// @throws IOException if it cannot be read
    public static boolean isIn(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).contains(MARK);
    }

    static boolean isSealed(String text) {
        return text.startsWith(MARK);
    }

    /// The secret's sealed text.
    ///
    /// @param place where it belongs, as `ID/password`
    public String seal(Secret secret, String place) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, nonce, place)
                            .doFinal(secret.reveal().getBytes(StandardCharsets.UTF_8));
            ByteBuffer all = ByteBuffer.allocate(nonce.length + sealed.length);
            all.put(nonce).put(sealed);
            return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(all.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        }
    }

    /// The secret of a sealed text.
    ///
    /// @throws IllegalArgumentException if it was changed, was made for another place, or was
    ///   sealed with another key
    public Secret open(String text, String place) {
        try {
            ByteBuffer all =
                    ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(MARK.length())));
            if (all.remaining() < NONCE_BYTES) {
                throw new GeneralSecurityException("too short");
            }
            byte[] nonce = new byte[NONCE_BYTES];
            all.get(nonce);
            byte[] sealed = new byte[all.remaining()];
            all.get(sealed);
            byte[] plain = cipher(Cipher.DECRYPT_MODE, nonce, place).doFinal(sealed);
            return new Secret(new String(plain, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    place.substring(place.indexOf('/') + 1)
                            + " cannot be unsealed: it was changed, or sealed by another server;"
                            + " set it again",
                    e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
