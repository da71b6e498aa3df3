package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkRulesTest {
    private final LinkRules rules = new LinkRules(true, "/home2/demo", "/home/demo");

    private Optional<String> target(LinkRules rules, String text) {
        return rules.target(BytePath.of("homedir/a/link"), ByteString.of(text))
                .map(ByteString::display);
    }

    @ParameterizedTest
    @CsvSource({
        "file, file",
        "../other/file, ../other/file",
        "./x/../../y, ./x/../../y",
        "/home/demo/www, /home/demo/www",
        "/home/demo, /home/demo",
        "/home2/demo/www, /home/demo/www"
    })
    void linksInsideTheHomeStay(String asked, String given) {
        assertThat(target(rules, asked)).contains(given);
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/passwd",
        "/home/demo2/x",
        "/home/demo/../other",
        "../../x",
        "../../demo/x",
        "x/../../../y",
        "/"
    })
    void linksThatLeaveTheHomeAreLeftOut(String asked) {
        assertThat(target(rules, asked)).isEmpty();
        LinkRules own = new LinkRules(false, "/home2/demo", "/home/demo");
        assertThat(target(own, asked)).contains(asked);
    }
}
