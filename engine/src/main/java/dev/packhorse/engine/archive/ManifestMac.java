package dev.packhorse.engine.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Proves that a manifest, and by its digest the archive, is this server's own: HMAC-SHA256 with a
/// key that never leaves the server, over the manifest's canonical bytes. Immutable; many threads.
public final class ManifestMac {
    /// The length of a key.
    public static final int KEY_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    /// Keeps codes of this kind apart from any other use of the key.
    private static final byte[] PURPOSE = "packhorse manifest\n".getBytes(US_ASCII);

    private static final byte[] NAMING = "packhorse server\n".getBytes(US_ASCII);

    private static final int NAME_DIGITS = 32;

    private final SecretKeySpec key;

    /// @param key 32 secret bytes, copied
    public ManifestMac(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("manifest key must have 32 bytes");
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /// Adds the code to a manifest.
    public SealedManifest seal(Manifest manifest) {
        return new SealedManifest(manifest, HexFormat.of().formatHex(code(manifest)));
    }

    /// Whether the manifest was sealed with this key and not changed since. Takes the same time
    /// whatever differs.
    public boolean proves(SealedManifest sealed) {
        return MessageDigest.isEqual(
                code(sealed.manifest()), HexFormat.of().parseHex(sealed.mac()));
    }

    /// A name for whoever has this key: 32 hex digits that tell nothing of it.
    public String keyName() {
        return HexFormat.of().formatHex(code(NAMING, new byte[0])).substring(0, NAME_DIGITS);
    }

    private byte[] code(Manifest manifest) {
        return code(PURPOSE, ManifestJson.canonical(manifest));
    }

    private byte[] code(byte[] purpose, byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(purpose);
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
