package dev.packhorse.engine.auth;

import java.net.InetAddress;

/// Where a login comes from.
///
/// @param address the client's; loopback for one at the socket file
/// @param isSocketFile whether it came by the socket file, which only root can enter
public record LoginSource(InetAddress address, boolean isSocketFile) {
    /// A client of the network.
    public static LoginSource of(InetAddress address) {
        return new LoginSource(address, false);
    }

    /// A client at the socket file.
    public static LoginSource socketFile() {
        return new LoginSource(InetAddress.getLoopbackAddress(), true);
    }

    /// What failures are counted by.
    String network() {
        return ClientNetwork.of(address).name();
    }

    /// Whether it came by an address of loopback. What this server sends to itself by an address of
    /// its network counts as any client's.
    boolean isLoopback() {
        return ClientNetwork.of(address).isLoopback();
    }
}
