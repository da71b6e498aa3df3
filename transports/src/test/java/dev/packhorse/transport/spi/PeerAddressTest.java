package dev.packhorse.transport.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.1.1",
                "2852039166",
                "0xa9fea9fe",
                "0251.0376.0251.0376",
                "fe80::1",
                "[fe80::1]",
                "::ffff:169.254.169.254",
                "[fd00:ec2::254]",
                "fd20:ce::254",
                "100.100.100.200",
                "0.0.0.0",
                "::",
                "224.0.0.1",
                "ff02::1",
                "255.255.255.255"
            })
    void noBackupGoesThere(String host) {
        assertThatThrownBy(() -> PeerAddress.require(host))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        refused ->
                                assertThat(refused.kind())
                                        .isEqualTo(TransportException.Kind.REFUSED))
                .hasMessageContaining("no places for backups");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.0.0.5",
                "192.168.1.1",
                "100.64.0.1",
                "fd12:3456::1",
                "[::1]",
                "2001:db8::1",
                "backup.example",
                "nas",
                "169.254.169.254.example"
            })
    void privateNetworksAndNamesWillDo(String host) throws Exception {
        assertThatCode(() -> PeerAddress.require(host)).doesNotThrowAnyException();
        assertThat(PeerAddress.isUsual(InetAddress.getLoopbackAddress())).isTrue();
    }
}
