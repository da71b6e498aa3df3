package dev.packhorse.engine.component.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZoneStyleTest {
    private static final String PLAIN =
            """
            ; a comment that stays
            $TTL 14400
            demo.example.	86400	IN	SOA	ns1.host.example.	admin.host.example.	(
            	2024010101	;Serial Number
            	3600	;refresh
            	1800	;retry
            	1209600	;expire
            	86400	)
            demo.example.	86400	IN	NS	ns1.host.example.
            demo.example.	14400	IN	MX	0	demo.example.
            www	14400	IN	CNAME	demo.example.
            default._domainkey	14400	IN	TXT	"v=DKIM1; k=rsa; p=MIIB" "abc("
            """;

    @Test
    void aZoneInThisFormStaysAsItIs() {
        assertThat(ZoneStyle.of("demo.example", PLAIN)).contains(PLAIN);
    }

    @Test
    void aZoneWrittenByHandGetsIt() {
        String byHand =
                """
                $TTL 4h
                $ORIGIN demo.example.
                @   IN SOA ns1.host.example. admin.host.example. ( 2024010101 1h 30m 2w 1d ) ; all (in one)
                    IN  NS   ns1.host.example.
                    600 IN MX 10 @ ; to ourselves
                www IN A 192.0.2.1
                @ TXT "a @; (b)" @
                _sip._tcp  SRV 0 5 5060 sip
                """;
        assertThat(ZoneStyle.of("demo.example", byHand).orElseThrow())
                .isEqualTo(
                        """
                        $TTL 4h
                        $ORIGIN demo.example.
                        ; all (in one)
                        demo.example.	14400	IN	SOA	ns1.host.example.	admin.host.example.	(
                        	2024010101	;Serial Number
                        	3600	;refresh
                        	1800	;retry
                        	1209600	;expire
                        	86400	)
                        demo.example.	14400	IN	NS	ns1.host.example.
                        ; to ourselves
                        demo.example.	600	IN	MX	10	demo.example.
                        www	14400	IN	A	192.0.2.1
                        demo.example.	14400	IN	TXT	"a @; (b)" @
                        _sip._tcp	14400	IN	SRV	0	5	5060	sip
                        """);
    }

    @Test
    void aParenthesisInACommentOfTheSoaMovesOut() {
        String text = PLAIN.replace(";Serial Number", ";Serial (Number)");
        assertThat(ZoneStyle.of("demo.example", text).orElseThrow())
                .contains("; Serial (Number)\n; refresh\n")
                .contains("(\n\t2024010101\t;Serial Number\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "www IN A 192.0.2.1\n",
                "$TTL 1h\n@ IN SOA a. b. ( 1 2 3 4 5\n",
                "$TTL 1h\n@ IN TXT \"open\n",
                "$TTL 1h\n$ORIGIN other.example.\nwww A 192.0.2.1\n",
                "$TTL 1h\n$INCLUDE other.db\n",
                "$TTL 1h\n  IN A 192.0.2.1\n",
                "$TTL 1h\n@ IN SOA a. b. 1 2 3\n",
                "$TTL 1h\nwww IN\n",
            })
    void whatCannotBeTakenApartWithCertaintyIsLeftAlone(String text) {
        assertThat(ZoneStyle.of("demo.example", text)).isEmpty();
    }
}
