package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where names and links of strangers may point.
class MemberPathTest {
    private final LinkRules rules = new LinkRules(new AccountName("demo"));

    @ParameterizedTest
    @ValueSource(strings = {"/", "/etc/passwd", "..", "a/..", "../a", "a/../b", "./.."})
    void namesThatLeadOutAreRefused(String name) {
        assertThatThrownBy(() -> MemberPath.of(ByteString.of(name), ArchiveLimits.DEFAULTS))
                .isInstanceOf(ArchiveException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "a/b,a/b",
        "ab/cd,ab/cd",
        "./a//b/,a/b",
        "a/./b,a/b",
        ".ab/x,.ab/x",
        "..a/b..,..a/b..",
        ".a/b,.a/b",
        ".x/,.x",
        "'',''"
    })
    void namesAreMadePlain(String name, String plain) throws Exception {
        assertThat(MemberPath.of(ByteString.of(name), ArchiveLimits.DEFAULTS).plain().display())
                .isEqualTo(plain);
    }

    @Test
    void namesHaveTheirLimits() throws Exception {
        ArchiveLimits limits = ArchiveLimits.DEFAULTS;
        String deepest = "a/".repeat(limits.depth());
        assertThat(MemberPath.of(ByteString.of(deepest), limits).odd()).isFalse();
        assertThatThrownBy(() -> MemberPath.of(ByteString.of(deepest + "a"), limits))
                .hasMessageContaining("deeper than 256 folders");
        String longest = "a".repeat(limits.componentBytes());
        assertThat(MemberPath.of(ByteString.of(longest), limits).odd()).isFalse();
        assertThatThrownBy(() -> MemberPath.of(ByteString.of(longest + "a"), limits))
                .hasMessageContaining("component longer than 255 bytes");
    }

    @Test
    void theServerMakesOneLinkThatLeadsOut() {
        assertThat(LinkRules.isServerMade(BytePath.of("homedir/access-logs"))).isTrue();
        assertThat(LinkRules.isServerMade(BytePath.of("homedir/access-logs/x"))).isFalse();
        assertThat(LinkRules.isServerMade(BytePath.of("homedir/x/access-logs"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "homedir/www,public_html,true",
        "homedir/a/b,../c,true",
        "homedir/a/b,../../c,false",
        "homedir/www,..,false",
        "homedir/www,/home/demo,true",
        "homedir/www,/home3/demo/public_html,true",
        "homedir/www,/home/demo/../other,false",
        "homedir/www,/home/demo2,false",
        "homedir/www,/home/other/x,false",
        "homedir/www,/etc/passwd,false",
        "homedir/www,./x/./y,true"
    })
    void linksStayInTheHome(String link, String target, boolean stays) {
        assertThat(rules.staysInHome(BytePath.of(link), ByteString.of(target))).isEqualTo(stays);
    }
}
