package dev.packhorse.transport.tls;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/// Which server certificates a destination accepts. Without a fingerprint: those that the JDK's
/// trust store vouches for and that carry the host's name. With one: exactly the certificate of
/// that SHA-256, whoever signed it and whatever names it carries, for servers with a certificate of
/// their own making. There is no way to accept any certificate.
///
/// @param fingerprint 64 lower-case hex digits
public record PeerTrust(Optional<String> fingerprint) {
    /// Reads a fingerprint as people write it: hex digits of either case, with or without colons.
    ///
    /// @throws TransportException `REFUSED` if it is not a SHA-256 in hex
    public static PeerTrust of(Optional<String> text) throws TransportException {
        if (text.isEmpty()) {
            return new PeerTrust(Optional.empty());
        }
        String digits = text.get().replace(":", "").strip().toLowerCase(Locale.ROOT);
        if (!digits.matches("[0-9a-f]{64}")) {
            throw new TransportException(
                    Kind.REFUSED,
                    "open destination: tls_fingerprint must be the SHA-256 of the certificate in"
                            + " hex digits");
        }
        return new PeerTrust(Optional.of(digits));
    }

    /// A context with a session cache of its own.
    ///
    /// @throws TransportException `REFUSED` if this JDK cannot make one
    public SSLContext newContext() throws TransportException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager[] trust =
                    fingerprint.isPresent()
                            ? new TrustManager[] {new PinnedCertificate(fingerprint.get())}
                            : null;
            context.init(null, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new TransportException(
                    Kind.REFUSED, "open destination: this Java has no usable TLS", e);
        }
    }

    /// Parameters that go with the context; nothing older than TLS 1.2.
    public SSLParameters parameters(String... protocols) {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(protocols);
        if (fingerprint.isEmpty()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        return parameters;
    }
}
