package dev.packhorse.engine.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "100.127.255.255",
                "0.0.0.0",
                "0.1.2.3",
                "192.0.0.8",
                "198.18.0.1",
                "198.19.255.255",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd12::1",
                "ff02::1",
                "::ffff:10.0.0.1",
                "::ffff:127.0.0.1",
                "64:ff9b::a00:1",
                "2002:a00:1::1",
                "2001:0:1::1"
            })
    void whatIsNotPublicIsRefused(String text) throws Exception {
        InetAddress address = InetAddress.getByName(text);
        assertThat(AddressRules.publicOr(Set.of()).allow("host", address)).isFalse();
        assertThat(AddressRules.publicOr(Set.of("host")).allow("HOST", address)).isTrue();
        assertThat(AddressRules.CONFIGURED.allow("host", address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "100.63.255.255",
                "100.128.0.0",
                "172.32.0.1",
                "198.20.0.1",
                "223.255.255.255",
                "2606:4700::1111",
                "2a00::1"
            })
    void whatIsPublicIsAllowed(String text) throws Exception {
        assertThat(AddressRules.isPublic(InetAddress.getByName(text))).isTrue();
    }

    @Test
    void aNameIsJudgedByEveryAddress() throws Exception {
        assertThat(
                        AddressRules.publicOr(Set.of())
                                .allow("localhost", InetAddress.getByName("localhost")))
                .isFalse();
    }
}
