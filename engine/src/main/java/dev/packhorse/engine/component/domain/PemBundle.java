package dev.packhorse.engine.component.domain;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A private key with its certificate and chain, as web servers want them in one file.
///
/// Source: RFC 7468; the order is the one that importers of archives rely on.
final class PemBundle {
    /// The largest file that is read.
    static final int MAX_BYTES = 1 << 20;

    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN ([A-Z0-9 ]+)-----\\s+([A-Za-z0-9+/=\\s]+?)-----END \\1-----");
    private static final Pattern KEY = Pattern.compile("(?:RSA |EC )?PRIVATE KEY");

    private final PemKey key;
    private final List<X509Certificate> chain;

    private PemBundle(PemKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = chain;
    }

    /// Reads the blocks of a text, in any order; text between them is passed over.
    ///
    /// @throws GeneralSecurityException if there is not exactly one readable private key and at
    ///   least one certificate, or the key is not that of the first certificate; the message holds
    ///   nothing of the key
    static PemBundle parse(String text) throws GeneralSecurityException {
        PemKey key = null;
        List<X509Certificate> chain = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            byte[] der = decode(block.group(2));
            if (KEY.matcher(block.group(1)).matches()) {
                if (key != null) {
                    throw new GeneralSecurityException("more than one private key");
                }
                key = PemKey.parse(block.group(1), der);
            } else if (block.group(1).equals("CERTIFICATE")) {
                chain.add(certificate(der));
            }
        }
        if (key == null) {
            throw new GeneralSecurityException("no private key that can be read");
        }
        if (chain.isEmpty()) {
            throw new GeneralSecurityException("no certificate");
        }
        requirePair(key.key(), chain.getFirst());
        return new PemBundle(key, chain);
    }

    private static byte[] decode(String base64) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("a block that is not base64", e);
        }
    }

    private static X509Certificate certificate(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der));
    }

    private static void requirePair(PrivateKey key, X509Certificate leaf)
            throws GeneralSecurityException {
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        byte[] probe = {1, 2, 3, 4};
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(probe);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(algorithm);
        try {
            verifier.initVerify(leaf.getPublicKey());
            verifier.update(probe);
            if (verifier.verify(signature)) {
                return;
            }
        } catch (java.security.InvalidKeyException e) {
            throw new GeneralSecurityException(
                    "the key is of another kind than the certificate", e);
        }
        throw new GeneralSecurityException("the key does not belong to the certificate");
    }

    /// The certificate of the site.
    X509Certificate leaf() {
        return chain.getFirst();
    }

    /// Key, certificate and chain in this order, an RSA key in the form of PKCS#1.
    String render() throws GeneralSecurityException {
        StringBuilder text = new StringBuilder();
        append(text, key.label(), key.der());
        for (X509Certificate each : chain) {
            append(text, "CERTIFICATE", each.getEncoded());
        }
        return text.toString();
    }

    /// The key alone.
    String renderKey() {
        StringBuilder text = new StringBuilder();
        append(text, key.label(), key.der());
        return text.toString();
    }

    /// The certificate of the site alone.
    String renderLeaf() throws GeneralSecurityException {
        StringBuilder text = new StringBuilder();
        append(text, "CERTIFICATE", leaf().getEncoded());
        return text.toString();
    }

    /// The certificates above that of the site, empty if there are none.
    String renderChain() throws GeneralSecurityException {
        StringBuilder text = new StringBuilder();
        for (X509Certificate each : chain.subList(1, chain.size())) {
            append(text, "CERTIFICATE", each.getEncoded());
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String label, byte[] der) {
        text.append("-----BEGIN ").append(label).append("-----\n");
        text.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
        text.append("\n-----END ").append(label).append("-----\n");
    }
}
