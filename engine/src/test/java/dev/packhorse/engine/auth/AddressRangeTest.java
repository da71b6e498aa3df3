package dev.packhorse.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.8, 192.0.2.8, true",
        "192.0.2.8, 192.0.2.9, false",
        "192.0.2.8/29, 192.0.2.15, true",
        "192.0.2.8/29, 192.0.2.16, false",
        "0.0.0.0/0, 203.0.113.1, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2620:0:28a4::/48, 2620:0:28a4:ffff::1, true",
        "2620:0:28a4::/48, 2620:0:28a5::1, false",
        "fc00:abcd::f, fc00:abcd:0:0:0:0:0:f, true",
        "192.0.2.8, ::ffff:192.0.2.8, true",
        "::ffff:192.0.2.8, 192.0.2.8, true",
        "::/0, 192.0.2.8, false"
    })
    void holdsTheAddressesOfItsBlock(String range, String address, boolean holds) {
        assertThat(AddressRange.parse(range).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "example.com",
                "localhost",
                "1.2.3",
                "1.2.3.4/33",
                "1.2.3.4/-1",
                "256.1.1.1",
                "1.2.3.4/",
                "::1/129",
                "0x7f.1.1.1",
                "2130706433",
                "fe80::1%eth0",
                "1.2.3.4/0/0",
                ":"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.0/24, true",
        "192.0.2.0/24, 192.0.2.9, true",
        "192.0.2.0/24, 192.0.2.0/23, false",
        "192.0.2.0/24, 192.0.3.0/25, false",
        "0.0.0.0/0, ::1, false",
        "::/0, 2620:0:28a4::/48, true",
        "::/0, 192.0.2.9, false"
    })
    void aBlockHoldsTheBlocksAllOfWhoseAddressesItHolds(String one, String other, boolean holds) {
        assertThat(AddressRange.parse(one).contains(AddressRange.parse(other))).isEqualTo(holds);
    }

    @Test
    void textFormIsReadBack() {
        AddressRange range = AddressRange.parse("2620:0:28a4::/48");
        assertThat(AddressRange.parse(range.toString())).isEqualTo(range);
        assertThat(AddressRange.parse("192.0.2.8/32")).hasToString("192.0.2.8");
        assertThat(AddressRange.parse("192.0.2.8/31")).hasToString("192.0.2.8/31");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 33})
    void aBlockHasAsManyBitsAsItsAddress(int bits) {
        InetAddress network = InetAddress.ofLiteral("192.0.2.8");
        assertThatThrownBy(() -> new AddressRange(network, bits))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
