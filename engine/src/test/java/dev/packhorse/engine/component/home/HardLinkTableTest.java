package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import org.junit.jupiter.api.Test;

class HardLinkTableTest {
    private static FileStat file(long inode, int links, long size) {
        return new FileStat(FileType.REGULAR, 0644, 1, 1, size, size, 5, 0, 5, 0, inode, 1, links);
    }

    @Test
    void laterNamesLeadToTheFirst() {
        HardLinkTable table = new HardLinkTable();
        table.remember(file(7, 3, 10), BytePath.of("homedir/a"));
        assertThat(table.firstName(file(7, 3, 10))).contains(BytePath.of("homedir/a"));
        assertThat(table.firstName(file(7, 3, 10))).contains(BytePath.of("homedir/a"));
        assertThat(table.firstName(file(7, 3, 10))).isEmpty();
    }

    @Test
    void anotherFileWithTheNumberOfADeletedOneIsNoLink() {
        HardLinkTable table = new HardLinkTable();
        table.remember(file(7, 3, 10), BytePath.of("homedir/a"));
        assertThat(table.firstName(file(7, 2, 11))).isEmpty();
    }

    @Test
    void pastItsLimitItForgetsAndTellsSo() {
        HardLinkTable table = new HardLinkTable(1);
        table.remember(file(1, 2, 10), BytePath.of("homedir/a"));
        assertThat(table.overflowed()).isFalse();
        table.remember(file(2, 2, 10), BytePath.of("homedir/b"));
        assertThat(table.overflowed()).isTrue();
        assertThat(table.firstName(file(2, 2, 10))).isEmpty();
    }
}
