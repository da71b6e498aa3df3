package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTlsTest {
    @TempDir Path folder;
    private Path tls = Path.of("unset");

    @BeforeEach
    void name() {
        tls = folder.resolve("state/tls");
    }

    /// Connects with the daemon's certificate as the only one that is trusted.
    private static RawClient.Response ask(TestServer server, Path certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("daemon", TlsKeys.readChain(certificate)[0]);
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(server.address.host(), server.address.port());
        try (RawClient client = RawClient.over(socket)) {
            return client.send("GET /json-api/version HTTP/1.1\r\n" + server.head() + "\r\n")
                    .read();
        }
    }

    @Test
    void ownCertificateIsMadeServedAndKept() throws Exception {
        Path certificate = tls.resolve("certificate.pem");
        try (TestServer server = TestServer.start(folder, TestServer.settings(TlsMode.AUTO))) {
            assertThat(ask(server, certificate).body()).isEqualTo("{\"version\":\"11.9\"}");
            assertThat(Files.readString(server.state.resolve("http.address")))
                    .startsWith("https://127.0.0.1:");
        }
        for (String file : new String[] {"certificate.pem", "key.pem"}) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(tls.resolve(file))))
                    .isEqualTo("rw-------");
        }
        X509Certificate made = (X509Certificate) TlsKeys.readChain(certificate)[0];
        assertThat(made.getSubjectX500Principal().getName()).isEqualTo("CN=host.example");
        assertThat(made.getSubjectAlternativeNames().toString())
                .contains("host.example", "localhost", "127.0.0.1");
        byte[] before = Files.readAllBytes(certificate);
        try (TestServer server = TestServer.start(folder, TestServer.settings(TlsMode.AUTO))) {
            assertThat(ask(server, certificate).status()).isEqualTo(200);
        }
        assertThat(Files.readAllBytes(certificate)).isEqualTo(before);
    }

    @Test
    void endingCertificateIsMadeAnewAndAHalfPairToo() throws IOException {
        Files.createDirectories(tls.getParent());
        SelfSignedCertificate.ensure(tls, "h", InstantSource.fixed(Instant.EPOCH));
        byte[] old = Files.readAllBytes(tls.resolve("certificate.pem"));
        SelfSignedCertificate.ensure(tls, "h", InstantSource.system());
        assertThat(Files.readAllBytes(tls.resolve("certificate.pem"))).isNotEqualTo(old);
        Files.delete(tls.resolve("certificate.pem"));
        SelfSignedCertificate.ensure(tls, "h", InstantSource.system());
        assertThat(TlsKeys.load(tls.resolve("certificate.pem"), tls.resolve("key.pem")))
                .isNotNull();
        Files.delete(tls.resolve("key.pem"));
        assertThatThrownBy(() -> SelfSignedCertificate.ensure(tls, "h", InstantSource.system()))
                .hasMessageContaining("certificate.pem");
    }

    @Test
    void givenFilesAreServedWithAPkcs1Key() throws Exception {
        Path certificate = folder.resolve("given.crt");
        Path key = folder.resolve("given.key");
        writeRsa(certificate, key);
        HttpSettings settings =
                new HttpSettings(
                        new HostPort("127.0.0.1", 0),
                        TlsMode.FILES,
                        Optional.of(certificate),
                        Optional.of(key),
                        false,
                        Optional.empty(),
                        List.of(),
                        HttpLimits.DEFAULT);
        try (TestServer server = TestServer.start(folder, settings)) {
            assertThat(ask(server, certificate).status()).isEqualTo(200);
        }
        assertThat(tls).doesNotExist();
    }

    private static void writeRsa(Path certificate, Path key) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var pair = generator.generateKeyPair();
        var name = new javax.security.auth.x500.X500Principal("CN=given");
        var holder =
                new org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder(
                                name,
                                java.math.BigInteger.TEN,
                                java.util.Date.from(Instant.now().minusSeconds(60)),
                                java.util.Date.from(Instant.now().plusSeconds(3600)),
                                name,
                                pair.getPublic())
                        .build(
                                new org.bouncycastle.operator.jcajce.JcaContentSignerBuilder(
                                                "SHA256withRSA")
                                        .build(pair.getPrivate()));
        Files.writeString(certificate, pem(holder));
        Files.writeString(key, pem(pair.getPrivate()));
        assertThat(key).content().contains("BEGIN RSA PRIVATE KEY");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    }

    private static String pem(Object item) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(item);
        }
        return text.toString();
    }

    @Test
    void unfitFilesAreNamed() throws Exception {
        Files.createDirectories(tls.getParent());
        SelfSignedCertificate.ensure(tls, "h", InstantSource.system());
        Path certificate = tls.resolve("certificate.pem");
        Path key = tls.resolve("key.pem");
        Path otherCertificate = folder.resolve("o.crt");
        Path otherKey = folder.resolve("o.key");
        writeRsa(otherCertificate, otherKey);
        assertThatThrownBy(() -> TlsKeys.load(certificate, otherKey))
                .hasMessageContaining("does not belong")
                .hasMessageContaining(otherKey.toString());
        assertThatThrownBy(() -> TlsKeys.load(key, key)).hasMessageContaining(key.toString());
        assertThatThrownBy(() -> TlsKeys.load(certificate, certificate))
                .hasMessageContaining("no unencrypted private key");
        Files.setPosixFilePermissions(otherKey, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> TlsKeys.load(otherCertificate, otherKey))
                .hasMessageContaining("chmod 600");
        Certificate[] chain = TlsKeys.readChain(certificate);
        assertThat(chain).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:2086", "192.0.2.1:0", "[::]:0", "example.com:2086"})
    void plainHttpStaysOnLoopbackUnlessAllowed(String listen) {
        HostPort address = HostPort.parse(listen);
        assertThatThrownBy(() -> HttpSettings.of(address, TlsMode.OFF))
                .hasMessageContaining("http.tls is off");
        assertThat(
                        new HttpSettings(
                                        address,
                                        TlsMode.OFF,
                                        Optional.empty(),
                                        Optional.empty(),
                                        true,
                                        Optional.empty(),
                                        List.of(),
                                        HttpLimits.DEFAULT)
                                .listen())
                .isEqualTo(address);
        assertThat(HttpSettings.of(new HostPort("::1", 0), TlsMode.OFF).tls())
                .isEqualTo(TlsMode.OFF);
    }

    @Test
    void takenPortIsNamedAndNothingStaysBehind() throws IOException {
        try (TestServer first = TestServer.plain(folder.resolve("a"))) {
            HttpSettings same = HttpSettings.of(first.address, TlsMode.OFF);
            Path other = folder.resolve("b");
            assertThatThrownBy(() -> TestServer.start(other, same))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(first.address.toString());
            assertThat(other.resolve("state/http.address")).doesNotExist();
        }
    }
}
