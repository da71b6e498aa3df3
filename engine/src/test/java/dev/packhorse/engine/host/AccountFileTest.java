package dev.packhorse.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountFileTest {
    private static final String SAMPLE =
            """
            BACKUP=1
            BWLIMIT=10485760000
            CONTACTEMAIL=owner@mail.example
            CONTACTEMAIL2=
            DEMO=0
            DNS=demo.example
            DNS1=addon.example
            DNS2=parked.example
            FEATURELIST=default
            HASCGI=1
            IP=192.0.2.10
            LOCALE=en
            MAILBOX_FORMAT=maildir
            MAXADDON=5
            MAXFTP=unlimited
            MXCHECK-demo.example=0
            OWNER=root
            PLAN=default
            RS=jupiter
            STARTDATE=1700000000
            USER=demo
            """;

    @Test
    void aSortedFileComesBackByteForByte() throws Exception {
        SortedMap<String, String> pairs = AccountFile.parse("cp/demo", SAMPLE);

        assertThat(pairs).hasSize(21).containsEntry("CONTACTEMAIL2", "");
        assertThat(AccountFile.render(pairs)).isEqualTo(SAMPLE);
    }

    @Test
    void commentsBlankLinesAndWindowsLineEndsArePassedOver() throws Exception {
        SortedMap<String, String> pairs =
                AccountFile.parse(
                        "cp/demo", "# made by a panel\r\n\r\nUSER=demo\r\nPLAN=a b=c\r\n");

        assertThat(pairs).containsExactly(Map.entry("PLAN", "a b=c"), Map.entry("USER", "demo"));
    }

    @Test
    void linesWithWindowsEndsAreChangedAndRemoved() throws Exception {
        byte[] content =
                "USER=demo\r\nSUSPENDED=1\r\nPLAN=\u00c5l\r\n".getBytes(StandardCharsets.UTF_8);
        assertThat(text(AccountFile.with("f", content, "SUSPENDED", "0")))
                .isEqualTo("USER=demo\r\nSUSPENDED=0\nPLAN=\u00c5l\r\n");
        assertThat(text(AccountFile.without("f", content, "SUSPENDED")))
                .isEqualTo("USER=demo\r\nPLAN=\u00c5l\r\n");
        assertThat(text(AccountFile.with("f", content, "PLAN", "new")))
                .as("a byte of a letter is no line end")
                .isEqualTo("USER=demo\r\nSUSPENDED=1\r\nPLAN=new\n");
    }

    /// The reader passes over a form feed before a key.
    @Test
    void aLineThatIsNotFoundIsNotMadeTwice() {
        byte[] content = "USER=demo\n\fSUSPENDED=1\n".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> AccountFile.with("f", content, "SUSPENDED", "0"))
                .isInstanceOf(HostFormatException.class);
        assertThatThrownBy(() -> AccountFile.without("f", content, "SUSPENDED"))
                .isInstanceOf(HostFormatException.class)
                .hasMessageContaining("SUSPENDED cannot be changed");
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    @Test
    void textThatIsNotUtf8IsTakenAsLatin1() throws Exception {
        byte[] latin = "PLAN=caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(AccountFile.parse("cp/demo", latin)).containsEntry("PLAN", "caf\u00e9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no pair|no KEY=value pair",
                "=value|not a key",
                "bad key=1|not a key",
                "USER=other|USER comes twice"
            })
    void aDamagedLineIsNamed(String line, String problem) {
        assertThatThrownBy(
                        () -> AccountFile.parse("/var/cpanel/users/demo", "USER=demo\n\n" + line))
                .isInstanceOf(HostFormatException.class)
                .hasMessageStartingWith("/var/cpanel/users/demo line 3: ")
                .hasMessageContaining(problem);
    }

    @Test
    void aControlCharacterIsRefused() {
        assertThatThrownBy(() -> AccountFile.parse("cp/demo", "PLAN=a\u0000b\n"))
                .hasMessageContaining("cp/demo line 1")
                .hasMessageContaining("PLAN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines", "return\r", " blank before", "nul\u0000"})
    void aValueThatWouldBreakOutIsNotWritten(String value) {
        assertThatThrownBy(() -> AccountFile.render(Map.of("PLAN", value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PLAN");
    }
}
