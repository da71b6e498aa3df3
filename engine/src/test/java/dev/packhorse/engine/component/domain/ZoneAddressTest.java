package dev.packhorse.engine.component.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ZoneAddressTest {
    private static final String ZONE =
            """
            $TTL 14400
            @ IN SOA ns1.example. root.ns1.example. ( 2026010101 3600 1800 1209600 86400 )
            @ IN NS ns1.example.
            @ IN A 192.0.2.1 ; the site
            www IN A 192.0.2.1
            office IN A 192.0.2.1
            other IN A 192.0.2.11
            @ IN TXT "v=spf1 ip4:192.0.2.1 ~all"
            """;

    @Test
    void onlyTheNamedRecordsGetTheOtherAddress() {
        ZoneRecords records = ZoneRecords.of("shop.example", ZONE).orElseThrow();

        String text =
                records.withAddress(
                                Set.of("shop.example", "www.shop.example", "other.shop.example"),
                                "192.0.2.1",
                                "198.51.100.7")
                        .text();

        assertThat(text)
                .isEqualTo(
                        ZONE.replace("@ IN A 192.0.2.1 ;", "@ IN A 198.51.100.7 ;")
                                .replace("www IN A 192.0.2.1", "www IN A 198.51.100.7"));
    }

    @Test
    void allMeansEveryPlaceButNoLongerAddress() {
        assertThat(ZoneText.withAddress(ZONE, "192.0.2.1", "198.51.100.7"))
                .contains("office IN A 198.51.100.7", "ip4:198.51.100.7", "other IN A 192.0.2.11")
                .doesNotContain("192.0.2.1 ");
    }
}
