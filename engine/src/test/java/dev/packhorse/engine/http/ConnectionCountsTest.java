package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

/// 200 connections, 20 of one address.
class ConnectionCountsTest {
    private static final Peer SOCKET_FILE =
            Peer.of(UnixDomainSocketAddress.of("/run/x.sock")).orElseThrow();

    private final ConnectionCounts counts = new ConnectionCounts(HttpLimits.DEFAULT);

    private static Peer peer(String address) {
        return Peer.of(new InetSocketAddress(InetAddress.ofLiteral(address), 1)).orElseThrow();
    }

    /// How many of so many are let in.
    private int add(String address, int tries) {
        int added = 0;
        for (int i = 0; i < tries; i++) {
            added += counts.add(peer(address)) ? 1 : 0;
        }
        return added;
    }

    @Test
    void manyOfOneAddressLeaveOthersTheirRoom() {
        assertThat(add("192.0.2.1", 500)).isEqualTo(20);
        assertThat(add("192.0.2.2", 20)).isEqualTo(20);
        assertThat(add("127.0.0.1", 500)).isEqualTo(100);
    }

    @Test
    void addressesOfLoopbackHaveHalfTogether() {
        assertThat(add("127.0.0.2", 60) + add("127.0.0.3", 60) + add("::1", 60)).isEqualTo(100);
        for (int i = 1; i <= 5; i++) {
            assertThat(add("192.0.2." + i, 20)).isEqualTo(20);
        }
        assertThat(add("192.0.2.6", 1)).as("200 there are").isZero();
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() {
        assertThat(add("2001:db8:0:1::1", 15) + add("2001:db8:0:1:ffff::2", 15)).isEqualTo(20);
        assertThat(add("2001:db8:0:2::1", 20)).isEqualTo(20);
    }

    @Test
    void theSocketFileIsCountedByItself() {
        for (int i = 1; i <= 10; i++) {
            add("192.0.2." + i, 20);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(counts.add(SOCKET_FILE)).isTrue();
        }
        assertThat(counts.add(SOCKET_FILE)).isFalse();
        counts.remove(SOCKET_FILE);
        assertThat(add("192.0.2.99", 1)).isZero();
        assertThat(counts.add(SOCKET_FILE)).isTrue();
        counts.remove(peer("192.0.2.1"));
        assertThat(add("192.0.2.99", 2)).isOne();
    }

    @Test
    void whatHasNoAddressIsNobody() {
        assertThat(Peer.of(null)).isEmpty();
        assertThat(Peer.of(InetSocketAddress.createUnresolved("gone.example", 1))).isEmpty();
    }
}
