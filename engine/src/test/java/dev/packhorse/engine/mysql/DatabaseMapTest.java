package dev.packhorse.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseMapTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n",
                "null",
                "[]",
                "7",
                "{\"MYSQL\":",
                "{\"MYSQL\":7}",
                "{\"PGSQL\":{\"dbs\":[\"a\"]}}"
            })
    void whatIsNoMapDoesNotPassForOneWithoutNames(String text) {
        assertThatThrownBy(() -> DatabaseMap.parse(text)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"MYSQL\":null}", "{\"MYSQL\":{\"dbs\":[],\"dbusers\":{}}}"})
    void aMapMayNameNothing(String text) throws IOException {
        assertThat(DatabaseMap.parse(text)).isEqualTo(DatabaseMap.EMPTY);
    }

    @Test
    void keysAreNames() throws IOException {
        DatabaseMap map =
                DatabaseMap.parse("{\"MYSQL\":{\"dbs\":{\"a\":1},\"dbusers\":{\"b\":{}}}}");

        assertThat(map.mysql().databases()).containsExactly("a");
        assertThat(map.mysql().users()).containsExactly("b");
        assertThat(map.postgres().isEmpty()).isTrue();
    }
}
