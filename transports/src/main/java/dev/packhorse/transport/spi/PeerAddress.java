package dev.packhorse.transport.spi;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/// To which addresses a destination may never lie. Private networks are where many a backup server
/// stands; but nobody stores backups at the service that tells a machine in a cloud its secrets, at
/// a group of machines, or at no address.
public final class PeerAddress {
    /// Of clouds whose service has no link-local address: Amazon's and Google's for IPv6,
    /// Alibaba's.
    private static final Set<InetAddress> CLOUD_SERVICES =
            Set.of(
                    InetAddress.ofLiteral("fd00:ec2::254"),
                    InetAddress.ofLiteral("fd20:ce::254"),
                    InetAddress.ofLiteral("100.100.100.200"));

    private static final InetAddress BROADCAST = InetAddress.ofLiteral("255.255.255.255");

    private PeerAddress() {}

    /// Whether a server may have this address.
    public static boolean isUsual(InetAddress address) {
        return !address.isLinkLocalAddress()
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress()
                && !address.equals(BROADCAST)
                && !CLOUD_SERVICES.contains(address);
    }

    /// Refuses a host that is written as such an address; of names nothing is known before they are
    /// looked up.
    ///
    /// @param host a name, or an address, of IPv6 perhaps in square brackets
    /// @throws TransportException `REFUSED`
    public static void require(String host) throws TransportException {
        boolean inBrackets = host.startsWith("[") && host.endsWith("]");
        Optional<InetAddress> special =
                literal(inBrackets ? host.substring(1, host.length() - 1) : host)
                        .filter(address -> !isUsual(address));
        if (special.isPresent()) {
            throw new TransportException(
                    TransportException.Kind.REFUSED,
                    "open destination: host is %s: link-local and group addresses and those of a cloud's own services are no places for backups"
                            .formatted(special.get().getHostAddress()));
        }
    }

    /// Also in the forms that the C library takes for an address, as `0xa9fea9fe`.
    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException _) {
            return posixLiteral(host);
        }
    }

    private static Optional<InetAddress> posixLiteral(String host) {
        try {
            return Optional.of(Inet4Address.ofPosixLiteral(host));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
