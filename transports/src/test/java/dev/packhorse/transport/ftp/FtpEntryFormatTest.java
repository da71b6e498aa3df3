package dev.packhorse.transport.ftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FtpEntryFormatTest {
    @Test
    void formsOfUnixAndWindowsAreKnown() throws TransportException {
        FtpEntryFormat plain = FtpEntryFormat.plain();
        assertThat(plain.read("list", "-rw-r--r--   1 bk  bk  1234 Nov 28 18:00 a.tar"))
                .hasValueSatisfying(file -> {
                    assertThat(file.getName()).isEqualTo("a.tar");
                    assertThat(file.getSize()).isEqualTo(1234);
                    assertThat(file.isFile()).isTrue();
                });
        assertThat(plain.read("list", "11-28-26  06:00PM       <DIR>          2026"))
                .hasValueSatisfying(file -> assertThat(file.isDirectory()).isTrue());
        assertThat(plain.read("list", "total 12")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "220 bytes in 3 files", "a.tar 12345"})
    void aLineThatIsNotUnderstoodIsNoAbsence(String line) {
        assertThatThrownBy(() -> FtpEntryFormat.plain().read("list", line))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.REFUSED));
    }
}
