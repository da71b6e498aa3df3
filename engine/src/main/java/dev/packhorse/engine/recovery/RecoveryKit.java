package dev.packhorse.engine.recovery;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Files under one passphrase. The form, version 1: the line `packhorse recovery kit 1`, 4 bytes
/// with the number of rounds, 16 of salt, 12 of nonce, then a JSON object of names and contents in
/// base64, sealed by AES-256-GCM with what came before it as associated data. The key is drawn from
/// the passphrase by PBKDF2 with HMAC-SHA256, so that standard tools can open it, too.
///
/// @param files contents by name
public record RecoveryKit(SortedMap<String, byte[]> files) {
    /// A shorter one is guessed too soon, once the kit is in other hands.
    public static final int SHORTEST_PASSPHRASE = 12;

    /// A kit with more bytes is not read.
    public static final int MOST_BYTES = 16 << 20;

    private static final byte[] MAGIC = "packhorse recovery kit 1\n".getBytes(US_ASCII);
    private static final int ROUNDS = 600_000;
    private static final int MOST_ROUNDS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int HEAD_BYTES = MAGIC.length + Integer.BYTES + SALT_BYTES + NONCE_BYTES;
    private static final int TAG_BITS = 128;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    public RecoveryKit {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /// The kit's file.
    ///
    /// @throws IllegalArgumentException if the passphrase is too short
    public byte[] seal(char[] passphrase, SecureRandom random) {
        if (passphrase.length < SHORTEST_PASSPHRASE) {
            throw new IllegalArgumentException(
                    "a passphrase has at least " + SHORTEST_PASSPHRASE + " characters");
        }
        byte[] drawn = new byte[SALT_BYTES + NONCE_BYTES];
        random.nextBytes(drawn);
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES).put(MAGIC).putInt(ROUNDS).put(drawn);
        byte[] sealed;
        try {
            sealed =
                    cipher(Cipher.ENCRYPT_MODE, head.array(), passphrase)
                            .doFinal(MAPPER.writeValueAsBytes(files));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM and PBKDF2", e);
        }
        return ByteBuffer.allocate(HEAD_BYTES + sealed.length)
                .put(head.array())
                .put(sealed)
                .array();
    }

    /// The kit of a file.
    ///
    /// @throws KitException if it is none of this version, was changed, or has another passphrase
    public static RecoveryKit open(byte[] file, char[] passphrase) throws KitException {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        byte[] head = new byte[HEAD_BYTES];
        if (file.length <= HEAD_BYTES
                || file.length > MOST_BYTES
                || !bytes.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw new KitException("this is no recovery kit of version 1");
        }
        bytes.get(head);
        byte[] sealed = new byte[bytes.remaining()];
        bytes.get(sealed);
        try {
            byte[] json = cipher(Cipher.DECRYPT_MODE, head, passphrase).doFinal(sealed);
            return new RecoveryKit(new TreeMap<>(MAPPER.readValue(json, new Files())));
        } catch (GeneralSecurityException _) {
            throw new KitException(
                    "the passphrase does not open this recovery kit, or the file was changed");
        } catch (JacksonException _) {
            throw new KitException("the contents of this recovery kit cannot be read");
        }
    }

    private static final class Files extends TypeReference<Map<String, byte[]>> {}

    private static Cipher cipher(int mode, byte[] head, char[] passphrase)
            throws GeneralSecurityException {
        ByteBuffer fields = ByteBuffer.wrap(head).position(MAGIC.length);
        int rounds = fields.getInt();
        byte[] salt = new byte[SALT_BYTES];
        byte[] nonce = new byte[NONCE_BYTES];
        fields.get(salt).get(nonce);
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new GeneralSecurityException("rounds out of range");
        }
        PBEKeySpec spec = new PBEKeySpec(passphrase, salt, rounds, 256);
        byte[] key;
        try {
            key =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(spec)
                            .getEncoded();
        } finally {
            spec.clearPassword();
        }
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(head);
        return cipher;
    }
}
