package dev.packhorse.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseMapFileTest {
    @Test
    void whatIsWrittenIsRead() throws Exception {
        String text =
                DatabaseMapFile.render(
                        new AccountName("demo"),
                        List.of("demo_shop", "no", "with: colon"),
                        Map.of("demo", Set.of("demo_shop"), "demo_app", Set.of("demo_shop", "no")));

        DatabaseMapFile map = DatabaseMapFile.parse(text);

        assertThat(map.databases()).containsExactly("demo_shop", "no", "with: colon");
        assertThat(map.users()).containsExactly("demo_app");
    }

    /// The form of writers that fill in nothing, and forms that are none.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "---\nMYSQL:\n  dbs: {}\n\n  dbusers: {}\n\n  owner: demo\n",
                "PGSQL:\n  dbs:\n    a: b\n",
                "MYSQL: text\n",
                "MYSQL:\n  dbs:\n    - a\n  dbusers: b\n"
            })
    void whatNamesNothingIsEmpty(String text) throws Exception {
        DatabaseMapFile map = DatabaseMapFile.parse(text);
        assertThat(map.databases()).isEmpty();
        assertThat(map.users()).isEmpty();
    }

    @Test
    void whatIsNoYamlIsSaid() {
        assertThatThrownBy(() -> DatabaseMapFile.parse("MYSQL: ["))
                .isInstanceOf(HostFormatException.class)
                .hasMessageStartingWith("meta/dbmap.yaml");
    }
}
