package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExcludeRulesTest {
    private static ExcludeRules rules(String... lines) {
        return ExcludeRules.of(Arrays.stream(lines).map(ByteString::of).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "tmp, tmp, true",
        "tmp, public_html/tmp, false",
        "tmp, tmpx, false",
        "/tmp, tmp, true",
        "./tmp, tmp, true",
        "dir/example.php, dir/example.php, true",
        "*.log, a.log, true",
        "*.log, deep/down/a.log, true",
        "*.log, a.logs, false",
        "tmp/*, tmp/a/b, true",
        "tmp/*, tmp, false",
        "*/core.[0-9], public_html/core.7, true",
        "*/core.[0-9], core.7, true",
        "*/core.[0-9], a/core.x, false",
        "*/.wysiwygPro_*, a/b/.wysiwygPro_x, true",
        "a?c, abc, true",
        "a?c, a/c, false",
        "[!a]b, cb, true",
        "[^a]b, ab, false",
        "[]x]y, ]y, true",
        "a[b, a[b, true",
        "a\\*b, a*b, true",
        "a\\*b, axb, false",
        "*, anything/at/all, true",
        "a*b*c, aXXbYYc, true",
        "a*b*c, aXXbYY, false",
        ".cpanel/caches, .cpanel/caches, true",
        "../etc, etc, false",
    })
    void aRuleCountsFromTheHomeOnAndAStarGoesOverSlashes(
            String rule, String path, boolean excluded) {
        assertThat(rules(rule).excludes(BytePath.of(path), false)).isEqualTo(excluded);
    }

    @Test
    void aSlashAtTheEndMeansFoldersAlone() {
        ExcludeRules rules = rules("cache/", "*/old*/");
        assertThat(rules.excludes(BytePath.of("cache"), true)).isTrue();
        assertThat(rules.excludes(BytePath.of("cache"), false)).isFalse();
        assertThat(rules.excludes(BytePath.of("a/older"), true)).isTrue();
        assertThat(rules.excludes(BytePath.of("a/older"), false)).isFalse();
    }

    @Test
    void emptyLinesAndCommentsSayNothing() {
        assertThat(rules("", "   ", "\t", "# tmp", "/", "\r").isEmpty()).isTrue();
    }

    @Test
    void namesAreBytes() {
        ByteString latin = ByteString.of(new byte[] {'c', 'a', 'f', (byte) 0xe9});
        ExcludeRules rules = ExcludeRules.of(List.of(latin, ByteString.of("[é]x")));
        assertThat(rules.excludes(new BytePath(latin), false)).isTrue();
        assertThat(rules.excludes(BytePath.of("café"), false)).isFalse();
    }

    @Test
    void moreRulesThanALimitAndLongerOnesArePassedOverAndTold() {
        List<ByteString> many =
                new java.util.ArrayList<>(Collections.nCopies(1_500, ByteString.of("*x")));
        many.add(ByteString.of("y".repeat(2_000)));
        assertThat(ExcludeRules.of(many).complaints())
                .hasSize(2)
                .anyMatch(each -> each.startsWith("more than 1000 exclude rules"))
                .anyMatch(each -> each.contains("longer than 1024 bytes"));
    }

    @Test
    @Timeout(30)
    void aPatternMadeToTakeForeverDoesNot() {
        ExcludeRules rules = rules("*a".repeat(500) + "b");
        BytePath path =
                BytePath.of("a".repeat(200) + "/" + "a".repeat(200) + "/" + "a".repeat(200));
        for (int i = 0; i < 1_000; i++) {
            assertThat(rules.excludes(path, false)).isFalse();
        }
    }

    @Test
    void rulesThatCostTooMuchHoldNoLongerAndThatIsTold() {
        ExcludeRules rules =
                ExcludeRules.withLimit(
                        List.of(ByteString.of("*a*a*a*b"), ByteString.of("x*")), 10_000);
        assertThat(rules.excludes(BytePath.of("xyz"), false)).isTrue();
        for (int i = 0; i < 1_000; i++) {
            rules.excludes(BytePath.of("a".repeat(200)), false);
        }
        assertThat(rules.excludes(BytePath.of("xyz"), false)).isFalse();
        assertThat(rules.complaints()).singleElement().asString().contains("take too long");
    }
}
