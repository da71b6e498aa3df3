package dev.packhorse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhmapiArgumentsTest {
    private static WhmapiArguments parse(String... words) {
        return WhmapiArguments.parse(words);
    }

    @Test
    void optionsStandOnEitherSideOfTheFunction() {
        assertThat(parse("--output=json", "version").output()).hasValue("json");
        assertThat(parse("version", "--output=jsonpretty").output()).hasValue("jsonpretty");
        assertThat(parse("version").output()).isEqualTo(Optional.empty());
    }

    @Test
    void aRepeatedKeyStaysAList() {
        assertThat(parse("batch", "command=version", "command=gethostname").pairs())
                .containsExactly(
                        Map.entry("command", "version"), Map.entry("command", "gethostname"));
    }

    @ParameterizedTest
    @CsvSource({
        "a=b c,a,b c",
        "a=b%20c,a,b c",
        "a=b+c,a,b+c",
        "a=100%,a,100%",
        "a=%zz,a,%zz",
        "a=x=y,a,x=y",
        "a%2Db=1,a-b,1",
        "a=%C3%A4,a,ä",
        "flag,flag,''",
    })
    void valuesArePercentDecodedOnly(String word, String key, String value) {
        assertThat(parse("f", word).pairs()).containsExactly(Map.entry(key, value));
    }

    @Test
    void wrongUsageIsNamed() {
        assertThatThrownBy(() -> parse()).hasMessage("name a function");
        assertThatThrownBy(() -> parse("version", "--outptu=json"))
                .hasMessageContaining("--outptu=json");
        assertThatThrownBy(() -> parse("version", "--output=human")).hasMessageContaining("human");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-o json version",
                "-ojson version",
                "-o=json version",
                "--output json version",
                "--output=json version",
                "version -o json",
                "version --output json"
            })
    void theFormIsAskedForAsPeopleDo(String line) {
        WhmapiArguments arguments = parse(line.split(" ", -1));
        assertThat(arguments.function()).isEqualTo("version");
        assertThat(arguments.output()).hasValue("json");
        assertThat(arguments.pairs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-x version", "-v", "- version", "-o", "version --output", "-ohtml f"})
    void whatIsNoOptionIsNeverAFunction(String line) {
        assertThatThrownBy(() -> parse(line.split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void callsAreRootsAlone() {
        assertThat(parse("--user=root", "version")).isEqualTo(parse("version"));
        assertThat(parse("--user", "root", "version")).isEqualTo(parse("version"));
        assertThatThrownBy(() -> parse("--user=rita", "version"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("to act as rita");
    }
}
