package dev.packhorse.engine.http;

import dev.packhorse.transport.spi.HostPort;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/// Where and how the API is served.
///
/// @param listen the address; port 0 asks for a free one
/// @param tls how it is protected
/// @param certificate for [TlsMode#FILES]: the certificate chain in PEM form
/// @param key for [TlsMode#FILES]: the private key in PEM form, not encrypted
/// @param plainBeyondLoopback whether plain HTTP may be served on other addresses than loopback
/// @param limits what clients may ask
public record HttpSettings(
        HostPort listen,
        TlsMode tls,
        Optional<Path> certificate,
        Optional<Path> key,
        boolean plainBeyondLoopback,
        HttpLimits limits) {
    public HttpSettings {
        if (tls == TlsMode.OFF && !plainBeyondLoopback && !isLoopback(listen.host())) {
            throw new IllegalArgumentException(
                    "http.tls is off, and http.listen is not a loopback address: "
                            + listen
                            + "; tokens and passwords would cross the network in plain text");
        }
        if (tls == TlsMode.FILES && (certificate.isEmpty() || key.isEmpty())) {
            throw new IllegalArgumentException(
                    "http.tls is files, which needs both http.certificate and http.key");
        }
        if (tls != TlsMode.FILES && (certificate.isPresent() || key.isPresent())) {
            throw new IllegalArgumentException(
                    "http.certificate and http.key are for http.tls=files only");
        }
    }

    /// Plain HTTP on loopback or TLS with the daemon's own certificate, usual limits.
    public static HttpSettings of(HostPort listen, TlsMode tls) {
        return new HttpSettings(
                listen, tls, Optional.empty(), Optional.empty(), false, HttpLimits.DEFAULT);
    }

    public HttpSettings withLimits(HttpLimits other) {
        return new HttpSettings(listen, tls, certificate, key, plainBeyondLoopback, other);
    }

    /// Whether a host is this machine to itself alone. Names other than `localhost` are not
    /// resolved, and so do not count.
    public static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
