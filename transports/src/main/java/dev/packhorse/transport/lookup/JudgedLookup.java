package dev.packhorse.transport.lookup;

import dev.packhorse.transport.spi.PeerAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.List;
import java.util.stream.Stream;

/// Looks names up for the whole process and leaves out what [PeerAddress] does not take. Whoever
/// answers for a name cannot lead a connection to the cloud's metadata, however often it changes
/// its answer: no driver ever sees an address that was not judged, so none connects to another one.
public final class JudgedLookup extends InetAddressResolverProvider {
    /// For the JDK, which makes it at the first lookup.
    public JudgedLookup() {
        super();
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        return over(configuration.builtinResolver());
    }

    static InetAddressResolver over(InetAddressResolver system) {
        return new Judged(system);
    }

    @Override
    public String name() {
        return "packhorse";
    }

    private record Judged(InetAddressResolver system) implements InetAddressResolver {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                throws UnknownHostException {
            List<InetAddress> usual;
            try (Stream<InetAddress> found = system.lookupByName(host, policy)) {
                usual = found.filter(PeerAddress::isUsual).toList();
            }
            if (usual.isEmpty()) {
                throw new UnknownHostException(
                        host
                                + ": only link-local or special addresses, which are not connected to");
            }
            return usual.stream();
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
            return system.lookupByAddress(address);
        }
    }
}
