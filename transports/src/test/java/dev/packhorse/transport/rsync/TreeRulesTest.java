package dev.packhorse.transport.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.spi.TreePath;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TreeRulesTest {
    private static TreeRules of(String path, boolean deep) {
        return TreeRules.of(Optional.of(new TreePath(path)), deep);
    }

    @Test
    void nothingButThePathStays() {
        assertThat(of("home/www/a", true).lines())
                .containsExactly(
                        "+ /home/",
                        "- /*",
                        "+ /home/www/",
                        "- /home/*",
                        "+ /home/www/a",
                        "- /home/www/*");
    }

    @Test
    void ofAFolderWhatIsRightInItMayBeAll() {
        assertThat(of("home", false).lines()).containsExactly("+ /home", "- /*", "- /home/*/*");
        assertThat(TreeRules.of(Optional.empty(), false).lines()).containsExactly("- /*/*");
        assertThat(TreeRules.of(Optional.empty(), true).lines()).isEmpty();
    }

    @Test
    void namesAreTakenLiterally() {
        assertThat(of("a\\b/c", true).lines())
                .containsExactly("+ /a\\b/", "- /*", "+ /a\\b/c", "- /a\\\\b/*");
        assertThat(of("a\\b*", true).lines()).containsExactly("+ /a\\\\b\\*", "- /*");
        assertThat(of("[a]?", false).lines())
                .containsExactly("+ /\\[a]\\?", "- /*", "- /\\[a]\\?/*/*");
    }
}
