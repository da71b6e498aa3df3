package dev.packhorse.engine.component.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.SmallServer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A restored zone must be fetched by the other name servers.
class ZoneSerialTest {
    private static final String LIVE = "var/named/demo.example.db";

    @TempDir Path folder;

    private SmallServer server;

    @BeforeEach
    void makeAccount() throws Exception {
        server = new SmallServer(folder);
        server.makeAccount();
    }

    private static String zone(String serial, String more) {
        return """
        $TTL 14400
        demo.example.\t86400\tIN\tSOA\tns1.x.example.\ta.x.example.\t(
        \t%s ; Serial Number
        \t3600
        \t1800
        \t1209600
        \t86400\t)
        demo.example.\t86400\tIN\tNS\tns1.x.example.
        """
                        .formatted(serial)
                + more;
    }

    private RestoreReport restore(String serial, String more) throws Exception {
        server.members.put("dnszones/demo.example.db", zone(serial, more));
        return server.restore("ZoneFile", false);
    }

    private static final String OLD = "www\t60\tIN\tA\t203.0.113.5\n";
    private static final String NEW = "www\t60\tIN\tA\t203.0.113.6\n";

    @ParameterizedTest
    @CsvSource({
        // here, in the archive, afterwards
        "2026112403, 2026110100, 2026112404",
        "2026110100, 2026112403, 2026112404",
        "2026112403, 2026112403, 2026112404",
        "2026113099, 2026110100, 2026120100",
        "7, 3, 8",
        "4294967295, 5, 6",
        "5, 4294967295, 6",
        "4294967295, 4294967000, 0",
    })
    void anotherZoneGetsANumberAfterBoth(String here, String archived, String after)
            throws Exception {
        server.put(LIVE, zone(here, NEW));

        RestoreReport report = restore(archived, OLD);

        assertThat(server.read(LIVE)).isEqualTo(zone(after, OLD));
        assertThat(report.altered()).isEmpty();
    }

    @Test
    void theSameZoneKeepsItsNumberHowOftenItIsRestored() throws Exception {
        server.put(LIVE, zone("9", NEW));
        restore("4", OLD);
        restore("4", OLD);
        assertThat(server.read(LIVE)).isEqualTo(zone("10", OLD));
    }

    @Test
    void whereNoZoneIsItsNumberIsTheArchives() throws Exception {
        restore("4", OLD);
        assertThat(server.read(LIVE)).isEqualTo(zone("4", OLD));
    }

    @Test
    void aZoneHereThatCannotBeUnderstoodIsTold() throws Exception {
        server.put(LIVE, "not a zone (\n");
        assertThat(restore("4", OLD).altered())
                .containsExactly(
                        "zone demo.example: its serial number is the archive's, since that of the zone here cannot be told");
        assertThat(server.read(LIVE)).isEqualTo(zone("4", OLD));
    }
}
