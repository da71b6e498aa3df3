package dev.packhorse.engine.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/// Reads a certificate chain and its key from PEM files. Keys may be PKCS#8, PKCS#1 or SEC 1, not
/// encrypted.
final class TlsKeys {
    /// Only guards the store in memory, which never leaves the process.
    static final char[] PASSWORD = "in-memory".toCharArray();

    private TlsKeys() {}

    /// @throws IOException naming the file that cannot be read, or that does not fit the other
    static KeyStore load(Path certificate, Path key) throws IOException {
        refuseIfPublic(key);
        Certificate[] chain = readChain(certificate);
        PrivateKey privateKey = readKey(key);
        try {
            if (!belongTogether(chain[0].getPublicKey(), privateKey)) {
                throw new IOException(
                        "the key in "
                                + key
                                + " does not belong to the certificate in "
                                + certificate);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("http", privateKey, PASSWORD, chain);
            return store;
        } catch (GeneralSecurityException e) {
            throw new IOException("unusable key or certificate: " + key + ", " + certificate, e);
        }
    }

    private static void refuseIfPublic(Path key) throws IOException {
        if (Files.getPosixFilePermissions(key).contains(PosixFilePermission.OTHERS_READ)) {
            throw new IOException("everybody can read the key; use chmod 600 " + key);
        }
    }

    static Certificate[] readChain(Path file) throws IOException {
        try {
            Collection<? extends Certificate> chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(
                                    new ByteArrayInputStream(Files.readAllBytes(file)));
            if (chain.isEmpty()) {
                throw new IOException("no certificate in " + file);
            }
            return chain.toArray(Certificate[]::new);
        } catch (GeneralSecurityException e) {
            throw new IOException("not a certificate in PEM form: " + file, e);
        }
    }

    private static PrivateKey readKey(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object item = parser.readObject(); item != null; item = parser.readObject()) {
                JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
                if (item instanceof PEMKeyPair pair) {
                    return converter.getPrivateKey(pair.getPrivateKeyInfo());
                }
                if (item instanceof PrivateKeyInfo info) {
                    return converter.getPrivateKey(info);
                }
            }
        } catch (IOException e) {
            throw new IOException("not a private key in PEM form: " + file, e);
        }
        throw new IOException("no unencrypted private key in " + file);
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey)
            throws GeneralSecurityException {
        if (!publicKey.getAlgorithm().equals(privateKey.getAlgorithm())) {
            return false;
        }
        String algorithm =
                switch (privateKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> privateKey.getAlgorithm();
                };
        byte[] probe = "probe".getBytes(StandardCharsets.UTF_8);
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(privateKey);
        signer.update(probe);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(publicKey);
        verifier.update(probe);
        return verifier.verify(signature);
    }
}
