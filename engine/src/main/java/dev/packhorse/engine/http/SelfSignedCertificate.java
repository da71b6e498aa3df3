package dev.packhorse.engine.http;

import dev.packhorse.engine.auth.SecretFile;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The certificate that the daemon makes for itself, with its key, kept in a folder of their own so
/// that clients can pin it.
final class SelfSignedCertificate {
    static final String CERTIFICATE = "certificate.pem";
    static final String KEY = "key.pem";

    private static final Duration LIFE = Duration.ofDays(3650);
    private static final Duration RENEWED_BEFORE = Duration.ofDays(30);
    private static final int SERIAL_BITS = 120;

    private SelfSignedCertificate() {}

    /// Makes certificate and key unless they are there and good for a while.
    ///
    /// @param host the name of this server
    /// @throws IOException if they cannot be written, or the certificate that is there is damaged
    static void ensure(Path folder, String host, InstantSource clock) throws IOException {
        SecretFile.makeFolder(folder);
        Path certificate = folder.resolve(CERTIFICATE);
        Path key = folder.resolve(KEY);
        if (Files.exists(certificate)) {
            if (!Files.exists(key)) {
                throw new IOException(
                        "the key of "
                                + certificate
                                + " is missing; remove the certificate to have"
                                + " both made anew");
            }
            if (endOf(certificate).isAfter(clock.instant().plus(RENEWED_BEFORE))) {
                return;
            }
            // Without the old certificate the new key cannot be paired with it after a crash.
            SecretFile.delete(certificate);
        }
        try {
            KeyPair pair = newPair();
            SecretFile.write(key, pem(new JcaPKCS8Generator(pair.getPrivate(), null)));
            SecretFile.write(certificate, pem(sign(pair, host, clock.instant())));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("cannot make a certificate in " + folder, e);
        }
    }

    private static Instant endOf(Path certificate) throws IOException {
        return TlsKeys.readChain(certificate)[0] instanceof X509Certificate x509
                ? x509.getNotAfter().toInstant()
                : Instant.EPOCH;
    }

    private static KeyPair newPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    // Bouncy Castle's builder takes java.util.Date and nothing newer.
    @SuppressWarnings("JavaUtilDate")
    private static Object sign(KeyPair pair, String host, Instant now)
            throws OperatorCreationException, IOException {
        X500Name name = new X500Name("CN=" + commonName(host));
        X509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        name,
                        new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE),
                        Date.from(now.minus(Duration.ofDays(1))),
                        Date.from(now.plus(LIFE)),
                        name,
                        pair.getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(
                        new GeneralName[] {
                            new GeneralName(GeneralName.dNSName, commonName(host)),
                            new GeneralName(GeneralName.dNSName, "localhost"),
                            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                            new GeneralName(GeneralName.iPAddress, "::1")
                        }));
        return builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
    }

    /// Only what a host name consists of goes into the certificate.
    private static String commonName(String host) {
        String clean = host.replaceAll("[^A-Za-z0-9.-]", "");
        return clean.isEmpty() || clean.length() > 64 ? "localhost" : clean;
    }

    private static byte[] pem(Object item) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(item);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
