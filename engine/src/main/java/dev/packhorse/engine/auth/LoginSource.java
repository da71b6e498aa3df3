package dev.packhorse.engine.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// Where a login comes from.
///
/// @param address the client's; loopback for one at the socket file
/// @param isSocketFile whether it came by the socket file, which only root can enter
public record LoginSource(InetAddress address, boolean isSocketFile) {
    private static final int NETWORK_BYTES = 8;

    /// A client of the network.
    public static LoginSource of(InetAddress address) {
        return new LoginSource(address, false);
    }

    /// A client at the socket file.
    public static LoginSource socketFile() {
        return new LoginSource(InetAddress.getLoopbackAddress(), true);
    }

    /// What failures are counted by: an IPv4 address, or the /64 network of an IPv6 address, all of
    /// which one customer of a provider has.
    String network() {
        return network(address);
    }

    /// The same of any address.
    static String network(InetAddress address) {
        if (!(address instanceof Inet6Address) || address.isLoopbackAddress()) {
            return address.getHostAddress();
        }
        byte[] bytes = Arrays.copyOf(address.getAddress(), NETWORK_BYTES);
        try {
            return InetAddress.getByAddress(Arrays.copyOf(bytes, 2 * NETWORK_BYTES))
                            .getHostAddress()
                    + "/64";
        } catch (UnknownHostException e) {
            throw new IllegalStateException("sixteen bytes are an address", e);
        }
    }
}
