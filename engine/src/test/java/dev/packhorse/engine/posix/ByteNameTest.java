package dev.packhorse.engine.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What may be a name or a path, and what reaches out of a folder.
class ByteNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\0b", "/a", "a/"})
    void whatIsNoNameIsRefused(String text) {
        assertThat(ByteName.isValid(ByteString.of(text))).isFalse();
        assertThatThrownBy(() -> ByteName.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a file name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "...", ".a", "..a", "a.", "a..", ".hidden"})
    void dotsAreFineWhereTheyMeanNothing(String text) {
        assertThat(ByteName.of(text)).hasToString(text);
    }

    @Test
    void aNameHasAtMost255Bytes() {
        assertThat(ByteName.of("a".repeat(255)).value().length()).isEqualTo(255);
        assertThat(ByteName.isValid(ByteString.of("a".repeat(256)))).isFalse();
        assertThat(ByteName.of("a")).isLessThan(ByteName.of("b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a", "a/", "a//b", "a/../b", "..", "a/./b", "a/b\0", "./a"})
    void whatIsNoRelativePathIsRefused(String text) {
        assertThatThrownBy(() -> BytePath.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPathHasAtMost4096Bytes() {
        String longest = "a/".repeat(2_047) + "ab";
        assertThat(BytePath.of(longest).names()).hasSize(2_048);
        assertThatThrownBy(() -> BytePath.of(longest + "c"))
                .hasMessageContaining("1 to 4096 bytes, not 4097");
    }

    @Test
    void aPathIsTakenApartAndPutTogether() {
        BytePath path = BytePath.of("a/b/c");
        assertThat(path.names())
                .isEqualTo(List.of(ByteName.of("a"), ByteName.of("b"), ByteName.of("c")));
        assertThat(path.name()).isEqualTo(ByteName.of("c"));
        assertThat(path).hasToString("a/b/c");
        assertThat(BytePath.of(ByteName.of("a")).resolve("b").resolve(ByteName.of("c")))
                .isEqualTo(path);
        assertThat(BytePath.of("a").resolve(BytePath.of("b/c"))).isEqualTo(path);
        assertThat(BytePath.of("a")).isLessThan(path);
    }

    @Test
    void belowIsByWholeComponents() {
        BytePath path = BytePath.of("home/demo/x");
        assertThat(path.startsWith(BytePath.of("home/demo"))).isTrue();
        assertThat(path.startsWith(path)).isTrue();
        assertThat(path.startsWith(BytePath.of("home/de"))).isFalse();
        assertThat(path.startsWith(BytePath.of("other"))).isFalse();
        assertThat(path.relativeTo(BytePath.of("home"))).isEqualTo(BytePath.of("demo/x"));
        assertThatThrownBy(() -> path.relativeTo(path)).hasMessageContaining("does not lie below");
        assertThatThrownBy(() -> path.relativeTo(BytePath.of("home/de")))
                .hasMessageContaining("does not lie below");
    }
}
