package dev.packhorse.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientNetworkTest {
    private static ClientNetwork of(String address) {
        return ClientNetwork.of(InetAddress.ofLiteral(address));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "::ffff:192.0.2.7, 192.0.2.7",
        "128.0.0.1, 128.0.0.1",
        "2001:db8::7, 2001:db8:0:0:0:0:0:0/64",
        "2001:db8:0:1:ffff::7, 2001:db8:0:1:0:0:0:0/64",
        "::2, 0:0:0:0:0:0:0:0/64"
    })
    void networksAreThoseThatOneCustomerHas(String address, String name) {
        assertThat(of(address).name()).isEqualTo(name);
        assertThat(of(address).isLoopback()).isFalse();
    }

    /// Any user of this server sends from whichever of them it likes.
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "127.255.255.254", "::1", "::ffff:127.0.0.3"})
    void loopbackIsOne(String address) {
        assertThat(of(address)).isEqualTo(of("127.0.0.1"));
        assertThat(of(address).name()).isEqualTo("127.0.0.1");
        assertThat(of(address).isLoopback()).isTrue();
    }

    @Test
    void zonesAndFormsMakeNoNetworksOfTheirOwn() throws Exception {
        byte[] near = InetAddress.ofLiteral("fe80::7").getAddress();
        assertThat(ClientNetwork.of(Inet6Address.getByAddress("", near, 3)))
                .isEqualTo(ClientNetwork.of(Inet6Address.getByAddress("", near, 4)));
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 127;
        mapped[15] = 9;
        assertThat(ClientNetwork.of(Inet6Address.getByAddress("", mapped, 0)).isLoopback())
                .isTrue();
    }
}
