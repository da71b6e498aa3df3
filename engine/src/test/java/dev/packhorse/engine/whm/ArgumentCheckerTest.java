package dev.packhorse.engine.whm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentCheckerTest {
    private static final FunctionSpec SPEC =
            FunctionSpec.of(
                    "probe",
                    Permission.AUTHENTICATED,
                    "Takes every type.",
                    ParameterSpec.optional("text", ParameterSpec.Type.TEXT, ""),
                    ParameterSpec.optional("secret", ParameterSpec.Type.SECRET, ""),
                    ParameterSpec.optional("number", ParameterSpec.Type.INTEGER, "")
                            .withRange(1, 65_535),
                    ParameterSpec.flag("flag", true, ""),
                    ParameterSpec.optional("choice", ParameterSpec.Type.TEXT, "")
                            .oneOf("WebDAV", "FTP")
                            .withDefault("FTP"),
                    ParameterSpec.optional("user", ParameterSpec.Type.ACCOUNT, ""),
                    ParameterSpec.optional("day", ParameterSpec.Type.DATE, ""),
                    ParameterSpec.optional("acl", ParameterSpec.Type.LIST, ""));

    private static Arguments check(String name, String... values) throws WhmException {
        return ArgumentChecker.check(SPEC, new RawParameters(Map.of(name, List.of(values))));
    }

    private static String fault(String name, String... values) {
        try {
            return "accepted: " + check(name, values).values();
        } catch (WhmException e) {
            assertThat(e.form()).isEqualTo(WhmException.Form.WITH_XID);
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void absentParametersHaveTheirDefaultsOrAreAbsent() throws WhmException {
        Arguments none = check("unknown", "ignored", "twice");
        assertThat(none.flag("flag")).isTrue();
        assertThat(none.text("choice")).isEqualTo("FTP");
        assertThat(none.has("text")).isFalse();
        assertThat(none.list("acl")).isEmpty();
        assertThat(none.values()).doesNotContainKey("unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "flag, 1, 1",
        "flag, 0, 0",
        "flag, true, 1",
        "flag, True, 1",
        "flag, on, 1",
        "flag, YES, 1",
        "flag, false, 0",
        "flag, off, 0",
        "flag, no, 0",
        "flag, '', 0",
        "number, 1, 1",
        "number, 65535, 65535",
        "number, 0022, 22",
        "choice, FTP, FTP",
        "choice, WebDav, WebDAV",
        "choice, webdav, WebDAV",
        "user, demo_1, demo_1",
        "day, 2024-02-29, 2024-02-29",
        "day, 2019-10-21T00:00:00.000Z, 2019-10-21",
        "day, 2019-10-21T10:30:00+02:00, 2019-10-21",
        "text, '', ''",
        "text, ‘ä€’, ‘ä€’",
        "secret, $(id), $(id)"
    })
    void legalValuesAreBroughtIntoNormalForm(String name, String value, String normal)
            throws WhmException {
        assertThat(check(name, value).text(name)).isEqualTo(normal);
    }

    @ParameterizedTest
    @CsvSource({
        "flag, 2, The “flag” argument must be 1 or 0",
        "flag, maybe, The “flag” argument must be 1 or 0",
        "number, 0, The “number” argument must be a whole number from 1 to 65535",
        "number, 65536, The “number” argument must be a whole number from 1 to 65535",
        "number, 22;id, The “number” argument must be a whole number from 1 to 65535",
        "number, +5, The “number” argument must be a whole number from 1 to 65535",
        "number, 1e3, The “number” argument must be a whole number from 1 to 65535",
        "number, 99999999999999999999, The “number” argument must be a whole number from 1 to 65535",
        "choice, SFTP, 'The “choice” argument must be one of “WebDAV”, “FTP”'",
        "user, ../../root, The “user” argument must be the name of an account",
        "user, root, The “user” argument must be the name of an account",
        "user, -oProxy, The “user” argument must be the name of an account",
        "day, 2026-02-30, The “day” argument must be a day of the calendar",
        "day, ../, The “day” argument must be a date in the form YYYY-MM-DD",
        "day, 2026-2-3, The “day” argument must be a date in the form YYYY-MM-DD",
        "day, 2026-02-03/x, The “day” argument must be a date in the form YYYY-MM-DD",
        "day, 2026-13-01, The “day” argument must be a day of the calendar"
    })
    void illegalValuesAreNamedWithTheRuleAndTheValue(String name, String value, String begin) {
        assertThat(fault(name, value)).startsWith(begin).endsWith("not “" + value + "”.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"number", "choice", "user", "day"})
    void emptyIsNoValueWhereTheTypeHasNone(String name) {
        assertThat(fault(name, "")).startsWith("The “" + name + "” argument must be");
    }

    @Test
    void controlCharactersAndGreatLengthAreRefused() throws WhmException {
        assertThat(fault("text", "a\nb")).contains("control characters");
        assertThat(fault("text", "a\0b")).contains("control characters");
        assertThat(fault("acl", "ok", "a\u001bb")).contains("control characters");
        assertThat(fault("text", "ä".repeat(4097))).contains("8192 bytes");
        assertThat(fault("user", "a\0b")).contains("not “a?b”");
        assertThat(check("secret", "a\nb\"'").text("secret")).isEqualTo("a\nb\"'");
        assertThat(fault("day", "9".repeat(500))).hasSizeLessThan(200);
    }

    @Test
    void secretsAreNeverShown() {
        assertThat(fault("secret", "geheim".repeat(20_000)))
                .contains("“secret”")
                .doesNotContain("geheim");
    }

    @Test
    void sameParameterTwiceFailsUnlessItIsAList() throws WhmException {
        assertThat(fault("text", "a", "a"))
                .isEqualTo("The “text” argument is given more than once.");
        assertThat(fault("flag", "1", "0"))
                .isEqualTo("The “flag” argument is given more than once.");
        assertThat(check("acl", "a", "a").list("acl")).containsExactly("a", "a");
    }

    @Test
    void listsComeRepeatedNumberedFromZeroOrOneAndInBrackets() throws WhmException {
        RawParameters raw =
                new RawParameters(
                        Map.of(
                                "acl", List.of("first", "second"),
                                "acl-10", List.of("ten"),
                                "acl-2", List.of("two"),
                                "acl[3]", List.of("three"),
                                "acl[]", List.of("bare"),
                                "acl-0", List.of("zero"),
                                "acl-x", List.of("no number"),
                                "acls", List.of("another name")));
        assertThat(ArgumentChecker.check(SPEC, raw).list("acl"))
                .containsExactly("first", "second", "bare", "zero", "two", "three", "ten");
    }

    @Test
    void requiredParametersMustHaveAValue() {
        FunctionSpec spec =
                FunctionSpec.of(
                        "f",
                        Permission.AUTHENTICATED,
                        "",
                        ParameterSpec.required("restore_point", ParameterSpec.Type.DATE, ""));
        assertThatThrownBy(() -> ArgumentChecker.check(spec, RawParameters.NONE))
                .hasMessage("Provide the “restore_point” argument.");
        assertThatThrownBy(() -> ArgumentChecker.check(spec, RawParameters.of("restore_point", "")))
                .hasMessage("Provide the “restore_point” argument.");
    }
}
