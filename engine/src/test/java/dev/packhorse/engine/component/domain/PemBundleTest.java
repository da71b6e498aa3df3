package dev.packhorse.engine.component.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PemBundleTest {
    private static String combined;

    @BeforeAll
    static void makeCertificate() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        KeyPair pair = generator.generateKeyPair();
        X500Name name = new X500Name("CN=demo.example");
        byte[] certificate =
                new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.ONE,
                                Date.from(Instant.parse("2020-01-01T00:00:00Z")),
                                Date.from(Instant.parse("2050-01-01T00:00:00Z")),
                                name,
                                pair.getPublic())
                        .build(
                                new JcaContentSignerBuilder("SHA256withRSA")
                                        .build(pair.getPrivate()))
                        .getEncoded();
        byte[] key =
                PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded())
                        .parsePrivateKey()
                        .toASN1Primitive()
                        .getEncoded();
        combined = pem("RSA PRIVATE KEY", key) + pem("CERTIFICATE", certificate);
    }

    @Test
    void aBundleInOrderStaysAsItIs() throws Exception {
        assertThat(PemBundle.parse(combined).render()).isEqualTo(combined);
    }

    @Test
    void theKeyComesFirstWhateverTheOrder() throws Exception {
        int certificate = combined.indexOf("-----BEGIN CERTIFICATE-----");
        String turned =
                combined.substring(certificate) + "text\n" + combined.substring(0, certificate);
        assertThat(PemBundle.parse(turned).render()).isEqualTo(combined);
    }

    @Test
    void anRsaKeyIsWrittenInItsOldForm() throws Exception {
        int certificate = combined.indexOf("-----BEGIN CERTIFICATE-----");
        PrivateKey key =
                PemKey.parse("RSA PRIVATE KEY", der(combined.substring(0, certificate))).key();
        byte[] pkcs8 =
                KeyFactory.getInstance("RSA")
                        .getKeySpec(key, PKCS8EncodedKeySpec.class)
                        .getEncoded();
        String modern = pem("PRIVATE KEY", pkcs8) + combined.substring(certificate);
        assertThat(PemBundle.parse(modern).render()).isEqualTo(combined);
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        for (String kind : new String[] {"RSA", "EC"}) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            String other =
                    pem("PRIVATE KEY", generator.generateKeyPair().getPrivate().getEncoded());
            String text =
                    other + combined.substring(combined.indexOf("-----BEGIN CERTIFICATE-----"));
            assertThatThrownBy(() -> PemBundle.parse(text))
                    .as(kind)
                    .isInstanceOf(GeneralSecurityException.class)
                    .message()
                    .doesNotContain(other.substring(30, 60));
        }
    }

    @Test
    void twoKeysOrNoCertificateAreRefused() {
        String key = combined.substring(0, combined.indexOf("-----BEGIN CERTIFICATE-----"));
        assertThatThrownBy(() -> PemBundle.parse(key + combined))
                .hasMessage("more than one private key");
        assertThatThrownBy(() -> PemBundle.parse(key)).hasMessage("no certificate");
    }

    private static byte[] der(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", "").strip());
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN "
                + label
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END "
                + label
                + "-----\n";
    }
}
