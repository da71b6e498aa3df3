package dev.packhorse.engine.auth;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.regex.Pattern;

/// An address or a block of addresses, in the usual text form: `192.0.2.8`, `192.0.2.8/29`,
/// `fc00::f`, `2620:0:28a4::/48`. Names are not resolved. An IPv6 form of an IPv4 address counts as
/// that IPv4 address.
///
/// @param network an address of the block
/// @param prefixBits how many leading bits all addresses of the block share
public record AddressRange(InetAddress network, int prefixBits) {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    public AddressRange {
        if (prefixBits < 0 || prefixBits > bits(network)) {
            throw new IllegalArgumentException(
                    "prefix length must be 0 to " + bits(network) + ": " + prefixBits);
        }
    }

    /// Reads the text form.
    ///
    /// @throws IllegalArgumentException if it is neither an address nor a block
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = address(slash < 0 ? text : text.substring(0, slash), text);
        if (slash < 0) {
            return new AddressRange(address, bits(address));
        }
        String length = text.substring(slash + 1);
        if (!length.matches("\\d{1,3}")) {
            throw invalid(text);
        }
        return new AddressRange(address, Integer.parseInt(length));
    }

    private static InetAddress address(String literal, String whole) {
        if (!IPV4.matcher(literal).matches() && !IPV6.matcher(literal).matches()) {
            throw invalid(whole);
        }
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(invalid(whole).getMessage(), e);
        }
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("not an address or address block: " + text);
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * 8;
    }

    /// Whether the address lies in the block. An IPv4 block holds no IPv6 address and the other way
    /// round.
    public boolean contains(InetAddress address) {
        if (bits(address) != bits(network)) {
            return false;
        }
        int shift = bits(network) - prefixBits;
        BigInteger wanted = new BigInteger(1, network.getAddress()).shiftRight(shift);
        return new BigInteger(1, address.getAddress()).shiftRight(shift).equals(wanted);
    }

    /// Whether every address of the other block lies in this one.
    public boolean contains(AddressRange other) {
        return prefixBits <= other.prefixBits && contains(other.network);
    }

    /// The text form that [#parse] reads.
    @Override
    public String toString() {
        String literal = network.getHostAddress();
        return prefixBits == bits(network) ? literal : literal + "/" + prefixBits;
    }
}
