package dev.packhorse.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo.example",
                "a.b",
                "xn--bcher-kva.example",
                "_dmarc.demo.example",
                "my_blog.demo.example",
                "*.demo.example",
                "1and1.example"
            })
    void domainsAreTaken(String text) {
        assertThat(new DomainName(text).value()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "main",
                "..",
                "../etc/passwd",
                "a/b.example",
                "Demo.example",
                ".example",
                "example.",
                "a..example",
                "-a.example",
                "a-.example",
                "demo.*.example",
                "*",
                "a b.example",
                "a.example\n",
                "192.0.2.10",
                "demo.example.cache",
                "cache.json",
                "d\u00e9mo.example"
            })
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> new DomainName(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a domain");
    }

    @Test
    void lengthsHaveLimits() {
        String label = "a".repeat(63);
        assertThat(DomainName.isValid(label + ".example")).isTrue();
        assertThat(DomainName.isValid("a" + label + ".example")).isFalse();
        assertThat(DomainName.isValid((label + ".").repeat(3) + "b".repeat(61))).isTrue();
        assertThat(DomainName.isValid((label + ".").repeat(3) + "b".repeat(62))).isFalse();
    }

    @Test
    void aWildcardHasAFileNameWithoutStar() {
        assertThat(new DomainName("*.demo.example").fileName())
                .isEqualTo("_wildcard_.demo.example");
        assertThat(HostLayout.zone(new DomainName("demo.example")))
                .isEqualTo("/var/named/demo.example.db");
    }
}
