package dev.packhorse.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The files of an account's userdata folder.
class UserdataTest {
    private static final String MAIN =
            """
            ---
            addon_domains:
              addon.example: addon.demo.example
            cp_php_magic_include_path.conf: 0
            main_domain: demo.example
            parked_domains:
              - parked.example
            sub_domains:
              - addon.demo.example
              - blog.demo.example
            """;

    private static final String EMPTY_MAIN =
            """
            ---
            addon_domains: {}

            cp_php_magic_include_path.conf: 0
            main_domain: demo.example
            parked_domains: []

            sub_domains: []

            """;

    private static final String HOST =
            """
            ---
            customlog:
              -
                format: combined
                target: /etc/apache2/logs/domlogs/demo.example
              -
                format: "\\"%{%s}t %I .\\\\n%{%s}t %O .\\""
                target: /etc/apache2/logs/domlogs/demo.example-bytes_log
            documentroot: /home/demo/public_html
            group: demo
            hascgi: 1
            homedir: /home/demo
            ip: 192.0.2.10
            owner: root
            phpopenbasedirprotect: 1
            phpversion: ea-php82
            port: 80
            scriptalias:
              -
                path: /home/demo/public_html/cgi-bin
                url: /cgi-bin/
            serveradmin: webmaster@demo.example
            serveralias: mail.demo.example www.demo.example parked.example www.parked.example
            servername: demo.example
            usecanonicalname: 'Off'
            user: demo
            """;

    private static final SiteFacts SITE =
            new SiteFacts(
                    new AccountName("demo"),
                    "root",
                    "/home/demo",
                    "192.0.2.10",
                    "ea-php82",
                    true,
                    Set.of());

    @Test
    void theDomainListComesBackByteForByte() throws Exception {
        UserdataMain main = UserdataMain.parse("userdata/main", MAIN);

        assertThat(main.main()).hasToString("demo.example");
        assertThat(main.virtualHosts())
                .extracting(DomainName::value)
                .containsExactly("demo.example", "addon.demo.example", "blog.demo.example");
        assertThat(main.render()).isEqualTo(MAIN);
    }

    @Test
    void emptyCollectionsAreInlineWithABlankLine() throws Exception {
        UserdataMain main = UserdataMain.parse("userdata/main", EMPTY_MAIN);

        assertThat(main.addons()).isEmpty();
        assertThat(main.render()).isEqualTo(EMPTY_MAIN);
    }

    @Test
    void aMarkWithATrailingBlankAndEmptyCollectionsOfTheOtherKindAreRead() throws Exception {
        UserdataMain main =
                UserdataMain.parse(
                        "userdata/main",
                        """
                        ---\s
                        main_domain: demo.example
                        addon_domains: []
                        sub_domains: {}
                        parked_domains: ~
                        """);

        assertThat(main).isEqualTo(UserdataMain.of(DomainSet.of("demo.example", "/x")));
    }

    @Test
    void aSubDomainThatOnlyTheAddonsNameIsListed() throws Exception {
        UserdataMain main =
                UserdataMain.parse(
                        "m", "main_domain: a.example\naddon_domains:\n  b.example: b.a.example\n");

        assertThat(main.subs()).extracting(DomainName::value).containsExactly("b.a.example");
    }

    @Test
    void aVirtualHostIsWrittenAsLiveOnesAre() {
        VirtualHost host =
                VirtualHost.of(
                        new DomainName("demo.example"),
                        List.of(
                                "mail.demo.example",
                                "www.demo.example",
                                "parked.example",
                                "www.parked.example"),
                        "/home/demo/public_html",
                        SITE);

        assertThat(host.render()).isEqualTo(HOST);
    }

    @Test
    void aVirtualHostComesBackByteForByte() throws Exception {
        VirtualHost host = VirtualHost.parse("userdata/demo.example", HOST);

        assertThat(host.documentRoot()).contains("/home/demo/public_html");
        assertThat(host.phpVersion()).contains("ea-php82");
        assertThat(host.aliases()).contains("parked.example").hasSize(4);
        assertThat(host.text("usecanonicalname")).contains("Off");
        assertThat(host.render()).isEqualTo(HOST);
    }

    @Test
    void unknownKeysAndNestedLeftOversAreKept() throws Exception {
        String text =
                """
                ---
                documentroot: /home/demo/public_html
                ifmodulemodsuphpc:
                  group: demo
                  nested:
                    -
                      - a
                      - 'yes'
                ssl_redirect: ''
                zzz: 'colon: here'
                """;

        assertThat(VirtualHost.parse("userdata/x", text).render()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "0",
                "1.10",
                "",
                " blank ",
                "yes",
                "Off",
                "~",
                "null",
                "- dash",
                "-x",
                "*.demo.example",
                "a: b",
                "a #b",
                "trailing:",
                "quote'",
                "\"",
                "back\\slash",
                "new\nline",
                "tab\there",
                "\u0007",
                "caf\u00e9",
                "\ud83d\udc34",
                "---",
                "%x",
                "@x",
                "{}",
                "[",
                "!tag",
                "&anchor",
                "2026-01-01",
                "0x1f",
                "\u2028",
                "<<",
                "=",
                "?x",
                ":x"
            })
    void everyTextComesBack(String text) throws Exception {
        VirtualHost host = new VirtualHost(new YamlNode.Fields(new TreeMap<>(), 0));
        VirtualHost written = host.with("key", text).with(text.isEmpty() ? "k" : text, "value");

        assertThat(VirtualHost.parse("f", written.render())).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "main_domain: a.example\\nmain_domain: b.example|2|comes twice",
                "main_domain: ../etc|1|not a domain",
                "main_domain: a.example\\nsub_domains:\\n  - b.example\\n  - evil/../x|4|not a domain",
                "x: 1\\ny: *a|2|",
                "x: 1\\nmain_domain: !!java.net.URL a.example|2|tags",
                "main_domain: a.example\\nsub_domains: text|2|no list",
                "main_domain: a.example\\naddon_domains:\\n  - b.example|3|no map",
                "a: 1\\n- b|2|not YAML",
                "[a]|1|not a map"
            })
    void damageIsNamedWithFileAndLine(String text, int line, String problem) {
        assertThatThrownBy(() -> UserdataMain.parse("/x/main", text.replace("\\n", "\n")))
                .isInstanceOfSatisfying(
                        HostFormatException.class,
                        e -> {
                            assertThat(e.file()).isEqualTo("/x/main");
                            assertThat(e.line()).isEqualTo(line);
                        })
                .hasMessageStartingWith("/x/main line " + line + ": ")
                .hasMessageContaining(problem == null ? "" : problem);
    }

    @Test
    void aListWithoutMainDomainIsDamaged() {
        assertThatThrownBy(() -> UserdataMain.parse("userdata/main", "addon_domains: {}\n"))
                .hasMessage("userdata/main: no main_domain");
    }

    @Test
    void aMillionLevelsDoNoHarm() {
        String bomb = "a: " + "[".repeat(500_000);

        assertThatThrownBy(() -> VirtualHost.parse("userdata/x", bomb))
                .isInstanceOf(HostFormatException.class);
    }

    @Test
    void anAliasBombIsRefused() {
        String bomb =
                "a: &a [x,x,x,x,x,x,x,x,x]\n"
                        + IntStream.range(1, 12)
                                .mapToObj(i -> "b%d: &b%d [*a,*a,*a,*a,*a]\n".formatted(i, i))
                                .collect(Collectors.joining());

        assertThatThrownBy(() -> VirtualHost.parse("userdata/x", bomb))
                .hasMessageContaining("aliases");
    }

    @Test
    void tooManyValuesAreRefused() {
        String list = "a:\n" + "- x\n".repeat(60_000);

        assertThatThrownBy(() -> VirtualHost.parse("userdata/x", list))
                .hasMessageContaining("50000 values");
    }
}
