package dev.packhorse.engine.http;

import dev.packhorse.engine.auth.AddressRange;
import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where and how the API is served.
///
/// @param listen the address; port 0 asks for a free one
/// @param tls how it is protected
/// @param certificate for [TlsMode#FILES]: the certificate chain in PEM form
/// @param key for [TlsMode#FILES]: the private key in PEM form, not encrypted
/// @param plainBeyondLoopback whether plain HTTP may be served on other addresses than loopback
/// @param socket where a socket file for root's commands lies, if there is one
/// @param proxies whose word on where a call comes from is taken
/// @param limits what clients may ask
public record HttpSettings(
        HostPort listen,
        TlsMode tls,
        Optional<Path> certificate,
        Optional<Path> key,
        boolean plainBeyondLoopback,
        Optional<Path> socket,
        List<AddressRange> proxies,
        HttpLimits limits) {
    /// What the kernel takes as the path of a socket, in bytes.
    public static final int LONGEST_SOCKET_PATH = 107;

    public HttpSettings {
        proxies = List.copyOf(proxies);
        if (socket.isPresent() && !socket.get().isAbsolute()) {
            throw new IllegalArgumentException(
                    "http.socket must be an absolute path: " + socket.get());
        }
        if (socket.isPresent() && !fits(socket.get())) {
            throw new IllegalArgumentException(
                    "http.socket is longer than the "
                            + LONGEST_SOCKET_PATH
                            + " bytes that Linux takes: "
                            + socket.get());
        }
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

    /// Tries the files of the certificate and its key.
    ///
    /// @throws IOException naming the file that cannot be used
    public void checkFiles() throws IOException {
        if (tls == TlsMode.FILES) {
            var _ = TlsKeys.load(certificate.orElseThrow(), key.orElseThrow());
        }
    }

    /// Plain HTTP on loopback or TLS with the daemon's own certificate, usual limits.
    public static HttpSettings of(HostPort listen, TlsMode tls) {
        return new HttpSettings(
                listen,
                tls,
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                List.of(),
                HttpLimits.DEFAULT);
    }

    public HttpSettings withLimits(HttpLimits other) {
        return with(socket, proxies, other);
    }

    public HttpSettings withSocket(Optional<Path> other) {
        return with(other, proxies, limits);
    }

    public HttpSettings withProxies(List<AddressRange> other) {
        return with(socket, other, limits);
    }

    private HttpSettings with(
            Optional<Path> newSocket, List<AddressRange> newProxies, HttpLimits newLimits) {
        return new HttpSettings(
                listen,
                tls,
                certificate,
                key,
                plainBeyondLoopback,
                newSocket,
                newProxies,
                newLimits);
    }

    /// Whether a path can be the one of a socket.
    public static boolean fits(Path socket) {
        return socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET_PATH;
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
