package dev.packhorse.engine.http;

import dev.packhorse.engine.auth.ClientNetwork;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whose connection it is, as far as they are counted.
sealed interface Peer {
    /// Somebody at the port.
    record Client(ClientNetwork network) implements Peer {}

    /// Somebody at the socket file.
    record SocketFile() implements Peer {}

    /// Empty if the connection has no address any more.
    static Optional<Peer> of(@Nullable SocketAddress address) {
        return switch (address) {
            case InetSocketAddress internet when internet.getAddress() != null ->
                    Optional.of(new Client(ClientNetwork.of(internet.getAddress())));
            case UnixDomainSocketAddress _ -> Optional.of(new SocketFile());
            case null, default -> Optional.empty();
        };
    }
}
