package dev.packhorse.engine.component.domain;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/// A private key and the block it is written as. RSA keys are written in the form of PKCS#1, which
/// every reader of archives takes; elliptic-curve keys stay in the form they came in.
///
/// Source: RFC 8017 appendix A.1.2, RFC 5208 section 5, RFC 5915.
public final class PemKey {
    /// The algorithm identifier of rsaEncryption with its NULL parameter.
    private static final byte[] RSA = {
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    private static final byte[] VERSION = {0x02, 0x01, 0x00};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;

    private final String label;
    private final byte[] der;
    private final PrivateKey key;

    private PemKey(String label, byte[] der, PrivateKey key) {
        this.label = label;
        this.der = der;
        this.key = key;
    }

    /// Reads the content of a key block.
    ///
    /// @param label what stands after `BEGIN`
    /// @throws GeneralSecurityException if it is no key of this kind, or is encrypted
    public static PemKey parse(String label, byte[] der) throws GeneralSecurityException {
        return switch (label) {
            case "RSA PRIVATE KEY" -> new PemKey(label, der, rsa(wrap(der)));
            case "EC PRIVATE KEY" ->
                    throw new GeneralSecurityException(
                            "an elliptic-curve key in its old form; convert it with"
                                    + " `openssl pkcs8 -topk8 -nocrypt`");
            default -> pkcs8(der);
        };
    }

    private static PemKey pkcs8(byte[] der) throws GeneralSecurityException {
        byte[] inner = unwrap(der);
        if (inner.length > 0) {
            return new PemKey("RSA PRIVATE KEY", inner, rsa(der));
        }
        PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        return new PemKey("PRIVATE KEY", der, key);
    }

    private static PrivateKey rsa(byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /// PKCS#8 around PKCS#1.
    private static byte[] wrap(byte[] pkcs1) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(VERSION);
        body.writeBytes(RSA);
        body.writeBytes(element(OCTETS, pkcs1));
        return element(SEQUENCE, body.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else if (content.length < 0x100) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length & 0xff);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    /// The PKCS#1 form inside of PKCS#8, empty for a key that is not RSA. Wrapping what was found
    /// must give the input again, which spares a reader of DER.
    private static byte[] unwrap(byte[] pkcs8) {
        for (int start = VERSION.length + RSA.length; start < Math.min(40, pkcs8.length); start++) {
            byte[] inner = Arrays.copyOfRange(pkcs8, start, pkcs8.length);
            if (inner.length > 0
                    && inner[0] == SEQUENCE
                    && inner.length < 0x10000
                    && Arrays.equals(wrap(inner), pkcs8)) {
                return inner;
            }
        }
        return new byte[0];
    }

    /// The key itself.
    public PrivateKey key() {
        return key;
    }

    /// What stands after `BEGIN`.
    String label() {
        return label;
    }

    byte[] der() {
        return der.clone();
    }
}
