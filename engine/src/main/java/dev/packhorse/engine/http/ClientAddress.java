package dev.packhorse.engine.http;

import dev.packhorse.engine.auth.AddressRange;
import dev.packhorse.engine.auth.LoginSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;

/// Tells where a request comes from: the peer itself, since anybody can write any address into a
/// header; but of a proxy that the configuration names, the client that it names. Safe for many
/// threads.
final class ClientAddress {
    private final List<AddressRange> proxies;

    ClientAddress(List<AddressRange> proxies) {
        this.proxies = List.copyOf(proxies);
    }

    /// @throws BadRequestException if a proxy names no address
    /// @throws IOException if the peer has gone
    LoginSource of(Request request) throws BadRequestException, IOException {
        SocketAddress peer = request.getConnectionMetaData().getRemoteSocketAddress();
        if (peer instanceof UnixDomainSocketAddress) {
            return LoginSource.socketFile();
        }
        if (peer instanceof InetSocketAddress internet && internet.getAddress() != null) {
            return LoginSource.of(client(internet.getAddress(), request));
        }
        throw new IOException("the connection has no address any more");
    }

    /// Each proxy adds its peer at the end; what stands before the last one that is not ours may be
    /// made up.
    private InetAddress client(InetAddress peer, Request request) throws BadRequestException {
        if (!isProxy(peer)) {
            return peer;
        }
        List<String> named = request.getHeaders().getCSV(HttpHeader.X_FORWARDED_FOR, false);
        InetAddress client = peer;
        for (String each : named.reversed()) {
            client = address(each);
            if (!isProxy(client)) {
                return client;
            }
        }
        return client;
    }

    private boolean isProxy(InetAddress address) {
        return proxies.stream().anyMatch(range -> range.contains(address));
    }

    private static InetAddress address(String text) throws BadRequestException {
        try {
            AddressRange range = AddressRange.parse(text);
            if (range.network().getAddress().length * 8 == range.prefixBits()) {
                return range.network();
            }
        } catch (IllegalArgumentException _) {
            throw unnamed();
        }
        throw unnamed();
    }

    private static BadRequestException unnamed() {
        return new BadRequestException(
                HttpStatus.BAD_REQUEST_400, "X-Forwarded-For of the proxy holds no address");
    }
}
