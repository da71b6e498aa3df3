package dev.packhorse.engine.notify;

import dev.packhorse.transport.spi.Cancellation;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Posts once to an address: the host is looked up once, judged, and the connection goes to the
/// very address that was judged. TLS checks certificate and host name; without TLS only this
/// machine is spoken to. No redirect is followed, the answer is bounded, and everything together
/// has one limit in time. Safe for many threads.
///
/// A client library is not used, since none lets the caller choose the address that it connects to
/// and still check the certificate against the name.
///
/// Source: RFC 9110 and 9112; reliability-security SR16.
public final class WebPost {
    private final SSLSocketFactory tls;
    private final Duration limit;
    private final Lookup lookup;

    /// Tells which addresses a host has.
    @FunctionalInterface
    interface Lookup {
        InetAddress[] all(String host) throws UnknownHostException;
    }

    /// @param tls makes the sockets of https; the system's own trusts what the JDK trusts
    /// @param limit for all of it, from the lookup to the end of the answer
    public WebPost(SSLSocketFactory tls, Duration limit) {
        this(tls, limit, InetAddress::getAllByName);
    }

    WebPost(SSLSocketFactory tls, Duration limit, Lookup lookup) {
        this.tls = tls;
        this.limit = limit;
        this.lookup = lookup;
    }

    /// With the JDK's trusted authorities and half a minute.
    public static WebPost usual() {
        return new WebPost(
                (SSLSocketFactory) SSLSocketFactory.getDefault(), Duration.ofSeconds(30));
    }

    /// Posts, and gives the answer whatever its status.
    ///
    /// @throws DeliveryException if the address is not one to post to
    /// @throws IOException if there is no answer; no message names more of the address than its
    ///   host
    public WebAnswer post(
            URI address,
            String contentType,
            byte[] body,
            AddressRules rules,
            Cancellation cancellation)
            throws IOException {
        String host = host(address);
        AtomicBoolean late = new AtomicBoolean();
        try (Socket socket = new Socket();
                Cancellation.Registration _ = cancellation.onRequest(() -> close(socket))) {
            CompletableFuture<Void> alarm =
                    CompletableFuture.runAsync(
                            () -> {
                                late.set(true);
                                close(socket);
                            },
                            CompletableFuture.delayedExecutor(
                                    limit.toMillis(), TimeUnit.MILLISECONDS));
            try {
                return exchange(socket, address, host, contentType, body, rules);
            } finally {
                alarm.cancel(false);
            }
        } catch (DeliveryException e) {
            throw e;
        } catch (IOException e) {
            cancellation.check();
            throw new IOException(
                    late.get()
                            ? host + " did not answer within " + limit.toSeconds() + " seconds"
                            : host + " cannot be reached: " + e.getMessage(),
                    e);
        }
    }

    private WebAnswer exchange(
            Socket socket,
            URI address,
            String host,
            String contentType,
            byte[] body,
            AddressRules rules)
            throws IOException {
        InetAddress ip = judged(address, host, rules);
        socket.connect(new InetSocketAddress(ip, port(address)), (int) limit.toMillis());
        if (!isTls(address)) {
            return talk(socket, address, contentType, body);
        }
        try (SSLSocket secure = (SSLSocket) tls.createSocket(socket, host, port(address), true)) {
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            secure.setSSLParameters(parameters);
            return talk(secure, address, contentType, body);
        }
    }

    private static WebAnswer talk(Socket socket, URI address, String contentType, byte[] body)
            throws IOException {
        OutputStream out = new BufferedOutputStream(socket.getOutputStream());
        String target = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
        String head =
                """
                POST %s HTTP/1.1\r
                Host: %s\r
                User-Agent: packhorse\r
                Content-Type: %s\r
                Content-Length: %d\r
                Accept-Encoding: identity\r
                Connection: close\r
                \r
                """
                        .formatted(target + query, authority(address), contentType, body.length);
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
        return new WebAnswerReader(socket.getInputStream()).read();
    }

    private static String authority(URI address) {
        return address.getPort() < 0
                ? address.getHost()
                : address.getHost() + ":" + address.getPort();
    }

    private static String host(URI address) throws DeliveryException {
        String scheme = address.getScheme();
        boolean web = "https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme);
        if (!web || address.getHost() == null || address.getRawUserInfo() != null) {
            throw DeliveryException.lasting("the address must be of the form https://HOST/…");
        }
        String host = address.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private InetAddress judged(URI address, String host, AddressRules rules) throws IOException {
        InetAddress[] found;
        try {
            found = lookup.all(host);
        } catch (UnknownHostException e) {
            throw new IOException("no such host", e);
        }
        for (InetAddress ip : found) {
            if (!rules.allow(host, ip)) {
                throw DeliveryException.lasting(
                        host
                                + " lies in a private network: list it in notify.private_hosts if it is meant");
            }
            if (!isTls(address) && !ip.isLoopbackAddress()) {
                throw DeliveryException.lasting(
                        "without TLS only this machine is posted to: use https for " + host);
            }
        }
        return found[0];
    }

    private static boolean isTls(URI address) {
        return address.getScheme().toLowerCase(Locale.ROOT).equals("https");
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return isTls(address) ? 443 : 80;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket did not close", e);
        }
    }
}
