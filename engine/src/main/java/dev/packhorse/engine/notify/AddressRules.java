package dev.packhorse.engine.notify;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;

/// Which addresses a message may be posted to. What root wrote into the configuration may lie
/// anywhere; what came through the API only in public, unless root lists its host.
///
/// Source: reliability-security SR16.
///
/// @param anywhere whether every address will do
/// @param listed host names that may lie in private networks, lower case
public record AddressRules(boolean anywhere, Set<String> listed) {
    /// For addresses of the configuration.
    public static final AddressRules CONFIGURED = new AddressRules(true, Set.of());

    public AddressRules {
        listed = Set.copyOf(listed);
    }

    /// For addresses out of a call.
    public static AddressRules publicOr(Set<String> listed) {
        return new AddressRules(false, listed);
    }

    boolean allow(String host, InetAddress address) {
        return anywhere || listed.contains(host.toLowerCase(Locale.ROOT)) || isPublic(address);
    }

    static boolean isPublic(InetAddress address) {
        boolean special =
                address.isAnyLocalAddress()
                        || address.isLoopbackAddress()
                        || address.isLinkLocalAddress()
                        || address.isSiteLocalAddress()
                        || address.isMulticastAddress();
        byte[] bytes = address.getAddress();
        return !special && (address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes));
    }

    /// Source: IANA IPv4 special-purpose registry.
    private static boolean isPublic4(byte[] ip) {
        int first = ip[0] & 0xFF;
        int second = ip[1] & 0xFF;
        boolean carrier = first == 100 && (second & 0xC0) == 64;
        boolean protocols = first == 192 && second == 0;
        boolean benchmark = first == 198 && (second & 0xFE) == 18;
        return first != 0 && first < 240 && !carrier && !protocols && !benchmark;
    }

    /// Only 2000::/3, without 6to4 and Teredo, which carry addresses of IPv4. Source: IANA IPv6
    /// address space and special-purpose registries.
    private static boolean isPublic6(byte[] ip) {
        int group = (ip[0] & 0xFF) << 8 | (ip[1] & 0xFF);
        boolean teredo = group == 0x2001 && ip[2] == 0 && ip[3] == 0;
        return (group & 0xE000) == 0x2000 && group != 0x2002 && !teredo;
    }
}
