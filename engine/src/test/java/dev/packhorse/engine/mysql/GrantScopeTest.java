package dev.packhorse.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantScopeTest {
    @ParameterizedTest
    @CsvSource({
        "demo\\_shop, demo_shop, true",
        "demo\\_shop, demoxshop, false",
        "demo_shop, demoxshop, true",
        "demo\\_%, demo_shop, true",
        "demo\\_%, demo, false",
        "demo\\%, demo%, true",
        "demo\\%, demos, false",
        "a.c, abc, false",
        "%, anything, true",
        "demo\\, demo\\, true"
    })
    void aPatternConcernsWhatItMatches(String pattern, String database, boolean concerned) {
        assertThat(new Grant.Databases(pattern).concerns(database)).isEqualTo(concerned);
    }

    @Test
    void namesOfTablesAndRoutinesAreLiteral() {
        assertThat(new Grant.Table("demo_a", "t").concerns("demo_a")).isTrue();
        assertThat(new Grant.Table("demo_a", "t").concerns("demoxa")).isFalse();
        assertThat(new Grant.Routine("FUNCTION", "demo_a", "f").concerns("demo_a")).isTrue();
        assertThat(new Grant.Routine("FUNCTION", "demo_%", "f").concerns("demo_a")).isFalse();
    }
}
