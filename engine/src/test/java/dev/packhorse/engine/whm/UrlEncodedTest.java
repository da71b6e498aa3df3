package dev.packhorse.engine.whm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlEncodedTest {
    private static RawParameters parse(String text) throws MalformedParametersException {
        RawParameters.Builder builder = new RawParameters.Builder();
        UrlEncoded.parse(text, builder);
        return builder.build();
    }

    @Test
    void blankIsPlusOrPercent20AndPlusIsPercent2b() throws MalformedParametersException {
        RawParameters raw = parse("a=x+y%20z%2B&b=%e2%82%AC€&c&d=&&e==1&a=2");
        assertThat(raw.all("a")).containsExactly("x y z+", "2");
        assertThat(raw.all("b")).containsExactly("€€");
        assertThat(raw.all("c")).containsExactly("");
        assertThat(raw.all("d")).containsExactly("");
        assertThat(raw.all("e")).containsExactly("=1");
        assertThat(parse("").values()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%4", "a=%zz", "a=50%off", "%=1", "a=%+1"})
    void percentWithoutItsPairIsRefused(String text) {
        assertThatThrownBy(() -> parse(text)).hasMessageContaining("%25");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%ff", "a=%C3", "a=%ED%A0%80", "a=%C0%AF"})
    void bytesThatAreNoUtf8AreRefused(String text) {
        assertThatThrownBy(() -> parse(text)).hasMessageContaining("UTF-8");
    }

    @Test
    void faultsNameTheParameterAndNeverShowTheValue() {
        assertThatThrownBy(() -> parse("password=geheim%"))
                .hasMessageContaining("password")
                .message()
                .doesNotContain("geheim");
    }

    @Test
    void tooManyParametersAreRefused() throws MalformedParametersException {
        assertThat(parse("a&".repeat(5_000)).all("a")).hasSize(5_000);
        assertThatThrownBy(() -> parse("a&".repeat(5_001))).hasMessageContaining("5000");
    }
}
