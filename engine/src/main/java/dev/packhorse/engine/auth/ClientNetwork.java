package dev.packhorse.engine.auth;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// Whom an address belongs to, as far as what clients may do is counted: an IPv4 address; the /64
/// of an IPv6 address, all of which one customer of a provider has; or loopback, all of whose
/// addresses each user of this server can take.
///
/// @param name an address, or an address with `/64`
public record ClientNetwork(String name) {
    private static final ClientNetwork LOOPBACK = new ClientNetwork("127.0.0.1");
    private static final int NETWORK_BYTES = 8;
    private static final int ADDRESS_BYTES = 16;

    public static ClientNetwork of(InetAddress address) {
        // Made anew, an IPv4 address within an IPv6 one is an IPv4 address, and no zone is left.
        InetAddress plain = made(address.getAddress());
        if (plain.isLoopbackAddress()) {
            return LOOPBACK;
        }
        if (plain instanceof Inet4Address) {
            return new ClientNetwork(plain.getHostAddress());
        }
        byte[] network = Arrays.copyOf(plain.getAddress(), NETWORK_BYTES);
        return new ClientNetwork(
                made(Arrays.copyOf(network, ADDRESS_BYTES)).getHostAddress() + "/64");
    }

    private static InetAddress made(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four or sixteen bytes are an address", e);
        }
    }

    /// Whether it is this server itself.
    public boolean isLoopback() {
        return equals(LOOPBACK);
    }
}
