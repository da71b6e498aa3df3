package dev.packhorse.transport.custom;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListedEntryTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "-rw-r--r-- 1 root root 1234 Nov 28 18:23 demo.tar.gz|FILE|1234|demo.tar.gz",
                "-rw-r--r--. 1 root root 1234 Nov  8  2025 demo.tar.gz|FILE|1234|demo.tar.gz",
                "-rw-r--r--   1 501      20            7 Jan 01 00:00 a b  c|FILE|7|a b  c",
                "-rw-r--r-- 1 root 99 Nov 28 18:23 nogroup|FILE|99|nogroup",
                "-rw------- 1 u g 5 2026-11-28 18:23 iso|FILE|5|iso",
                "-rw------- 1 u g 5 2026-11-28 18:23:01.000000000 +0100 full|FILE|5|full",
                "-rw------- 1 u g 5 11-28 18:23 short|FILE|5|short",
                "-rw------- 1 u g 5 28 Nov 18:23 day-first|FILE|5|day-first",
                "-rw------- 1 u g 5 Nov 28 18:23 5 Nov 28 18:23 x|FILE|5|5 Nov 28 18:23 x",
                "drwxr-xr-x+ 2 u g 4096 Nov 28 18:23 2026-11-28|FOLDER|4096|2026-11-28",
                "lrwxrwxrwx 1 u g 4 Nov 28 18:23 link -> file|OTHER|0|''",
                "brw-rw---- 1 root disk 8, 0 Nov 28 18:23 sda|OTHER|0|''",
            })
    void readsWhatProgramsPrint(String line, ListedEntry.Kind kind, long size, String name) {
        assertThat(ListedEntry.parse(line)).contains(new ListedEntry(kind, size, name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo.tar.gz",
                "Welcome to the server",
                "-rw-r--r-- demo.tar.gz",
                "-rw-r--r-- 1 root root many Nov 28 18:23 demo",
                "11-28-26  06:23PM  1234 demo.tar.gz",
            })
    void whatIsNoLineOfLsIsUnknown(String line) {
        assertThat(ListedEntry.parse(line)).isEmpty();
    }

    @Test
    void aHostileLineTakesNoTime() {
        String line = "-rw-r--r-- " + "1 ".repeat(4000);
        assertThat(ListedEntry.parse(line)).isEmpty();
    }
}
