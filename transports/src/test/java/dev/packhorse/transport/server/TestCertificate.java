package dev.packhorse.transport.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.List;

/// A certificate of a server's own making, for `localhost` and 127.0.0.1.
///
/// @param certificate PEM
/// @param key PEM
/// @param fingerprint SHA-256, lower-case hex
public record TestCertificate(Path certificate, Path key, String fingerprint) {
    /// Makes one with `openssl`.
    public static TestCertificate in(Path folder) throws IOException {
        Path certificate = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        Programs.run(
                folder,
                List.of(
                        "/usr/bin/openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString()));
        return new TestCertificate(certificate, key, fingerprint(certificate));
    }

    private static String fingerprint(Path certificate) throws IOException {
        try (InputStream in = Files.newInputStream(certificate)) {
            byte[] encoded =
                    CertificateFactory.getInstance("X.509").generateCertificate(in).getEncoded();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(encoded));
        } catch (CertificateException | NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }
}
