package dev.packhorse.engine.component;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HomeMoveTest {
    private final HomeMove move = new HomeMove("/home/demo", "/home2/zoe");

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            textBlock =
                    """
                    /home/demo/bin/x >/home2/zoe/bin/x
                    cd /home/demo && ls>cd /home2/zoe && ls
                    "|/home/demo/t.php">"|/home2/zoe/t.php"
                    --in=/home/demo/a:/home/demo/b>--in=/home2/zoe/a:/home2/zoe/b
                    """)
    void pathsOfTheOldHomeBecomeThoseOfTheNew(String text, String moved) {
        assertThat(move.apply(text)).isEqualTo(moved);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/home/demo2/x",
                "/home/demo.old/x",
                "/home/demo-old",
                "/backup/home/demo/x",
                "~/home/demo/x",
                "/srv/../home/demo"
            })
    void otherPathsStay(String text) {
        assertThat(move.apply(text)).isEqualTo(text);
    }

    @Test
    void aHomeThatDidNotMoveChangesNothing() {
        String text = "/home/demo/x";
        assertThat(new HomeMove("/home/demo", "/home/demo").apply(text)).isSameAs(text);
    }
}
