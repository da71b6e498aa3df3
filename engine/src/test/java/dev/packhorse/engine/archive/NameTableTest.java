package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NameTableTest {
    @Test
    void remembersTagsWhileItGrows() {
        NameTable table = new NameTable();
        for (int i = 0; i < 900_000; i++) {
            byte[] name = bytes("name-" + i);
            assertThat(table.tag(name, name.length)).isZero();
            table.put(name, name.length, 1 + i % 15);
        }
        for (int i = 0; i < 900_000; i++) {
            byte[] name = bytes("name-" + i);
            assertThat(table.tag(name, name.length)).isEqualTo(1 + i % 15);
        }
        assertThat(table.size()).isEqualTo(900_000);
    }

    @Test
    void looksAtTheFirstBytesOnly() {
        NameTable table = new NameTable();
        table.put(bytes("folder/file"), 6, 2);
        assertThat(table.tag(bytes("folder"), 6)).isEqualTo(2);
        assertThat(table.tag(bytes("folder/file"), 11)).isZero();
        table.put(bytes("folder"), 6, 3);
        assertThat(table.tag(bytes("folder"), 6)).isEqualTo(3);
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void refusesATagThatDoesNotFit() {
        NameTable table = new NameTable();
        assertThatThrownBy(() -> table.put(bytes("x"), 1, 0))
                .hasMessage("tag must be 1 to 15, not 0");
        assertThatThrownBy(() -> table.put(bytes("x"), 1, 16))
                .hasMessage("tag must be 1 to 15, not 16");
    }

    /// Source: the reference implementation's vectors, key 00..0f, message 00..(n-1).
    @Test
    void sipHashGivesThePublishedValues() {
        SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        byte[] message = new byte[16];
        for (int i = 0; i < message.length; i++) {
            message[i] = (byte) i;
        }
        assertThat(hash.of(message, 0)).isEqualTo(0x726fdb47dd0e0e31L);
        assertThat(hash.of(message, 1)).isEqualTo(0x74f839c593dc67fdL);
        assertThat(hash.of(message, 8)).isEqualTo(0x93f5f5799a932462L);
        assertThat(hash.of(message, 15)).isEqualTo(0xa129ca6149be45e5L);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
