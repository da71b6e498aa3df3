package dev.packhorse.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DumpTargetTest {
    private final MariadbServer mariadb = MariadbServer.shared();

    private List<String> objections(String database, String version) throws Exception {
        return MysqlServer.connect(mariadb.settings())
                .objections(database, DumpTarget.parse(version));
    }

    @Test
    void aVersionBeginsWithTenForMariaDb() {
        assertThat(DumpTarget.parse("5.7")).isEqualTo(new DumpTarget(false, 50_799));
        assertThat(DumpTarget.parse("10.11.2")).isEqualTo(new DumpTarget(true, 101_102));
        assertThatThrownBy(() -> DumpTarget.parse("new"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("new");
    }

    @Test
    void whatAnOlderServerDoesNotKnowIsNamed() throws Exception {
        mariadb.run(
                "CREATE DATABASE target_odd",
                "CREATE TABLE target_odd.t (a int, b int AS (a + 1) STORED, c datetime(3),"
                        + " d text CHARACTER SET utf8mb4, e inet6)",
                "CREATE SEQUENCE target_odd.s");
        assertThat(objections("target_odd", "5.5"))
                .contains(
                        "table s is a sequence, which no MySQL knows",
                        "column t.b is computed, which MySQL knows from 5.7.6 on",
                        "column t.c has fractions of seconds, which MySQL knows from 5.6.4 on",
                        "column t.e has the type inet6, which no MySQL knows");
        assertThat(objections("target_odd", "10.2"))
                .contains("table s is a sequence, which MariaDB knows from 10.3.0 on")
                .noneMatch(each -> each.contains("computed"));
        assertThat(objections("target_odd", "99.0")).isEmpty();
    }

    @Test
    void anOrdinaryDatabaseSuitsOldServers() throws Exception {
        mariadb.run(
                "CREATE DATABASE target_plain CHARACTER SET utf8mb4",
                "CREATE TABLE target_plain.t (a int, b varchar(20), c timestamp)"
                        + " ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
        assertThat(objections("target_plain", "5.6")).isEmpty();
        assertThat(objections("target_plain", "10.1")).isEmpty();
    }
}
