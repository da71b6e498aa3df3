package dev.packhorse.transport.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.spi.TreeEntry;
import dev.packhorse.transport.spi.TreePath;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeLineTest {
    private static final String FILE =
            ">f+++++++++ rwsr-x--T 4321 4294967294 12 2026/11/30-13:32:20 ";

    @Test
    void aFileIsRead() {
        assertThat(TreeLine.parse(FILE + "site/a b.txt"))
                .contains(
                        new TreeEntry(
                                new TreePath("site/a b.txt"),
                                TreeEntry.Kind.FILE,
                                05750,
                                4321,
                                -2,
                                12,
                                Instant.parse("2026-11-30T13:32:20Z")));
    }

    @Test
    void bytesAreUnescaped() {
        assertThat(
                        TreeLine.parse(FILE + "n\\#303\\#244 \\#134#123\\x\\#012 $1")
                                .orElseThrow()
                                .path())
                .isEqualTo(new TreePath("n\u00c3\u00a4 \\#123\\x\n $1"));
    }

    @Test
    void foldersAndLinksAreRead() {
        String folder = "cd+++++++++ rwxr-xr-x 0 0 4096 2026/11/30-13:32:20 ";
        TreeEntry entry = TreeLine.parse(folder + "a/b/").orElseThrow();
        assertThat(entry.kind()).isEqualTo(TreeEntry.Kind.FOLDER);
        assertThat(entry.path()).isEqualTo(new TreePath("a/b"));
        assertThat(TreeLine.isTop(folder + "./")).isTrue();
        assertThat(TreeLine.isTop(folder + "a/")).isFalse();
        assertThat(TreeLine.parse("cL+++++++++ rwxrwxrwx 0 0 4 2026/11/30-13:32:20 away"))
                .map(TreeEntry::kind)
                .contains(TreeEntry.Kind.SYMLINK);
    }

    /// Customers may give their files any time.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "11476/08/15-05:20:0",
                "-500/01/01-00:00:00",
                "---5/01/01-00:00:00",
                "2147483647/12/31-23"
            })
    void aTimeOfAnotherMillenniumIsNotTold(String time) {
        assertThat(TreeLine.parse(">f+++++++++ rw-r--r-- 1 1 12 " + time + " a"))
                .map(TreeEntry::modified)
                .contains(Instant.EPOCH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "anything",
                FILE,
                FILE + "../away",
                FILE + "/etc/passwd",
                FILE + "a//b",
                FILE + "a/./b",
                FILE + "a\\#000b",
                ">f+++++++++ rwxrwxrwx 4321 99999999999 12 2026/11/30-13:32:20 a",
                ">f+++++++++ rwxrwxrwx 1 1 12 2026/13/30-13:32:20 a",
                "cD+++++++++ rwxrwxrwx 1 1 12 2026/11/30-13:32:20 a",
            })
    void whatNoTreeHoldsIsNothing(String line) {
        assertThat(TreeLine.parse(line)).isEmpty();
    }
}
