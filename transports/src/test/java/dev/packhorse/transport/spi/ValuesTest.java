package dev.packhorse.transport.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({
        "0,0,0B",
        "64MiB,67108864,64MiB",
        "64 M,67108864,64MiB",
        "1025,1025,1025B",
        "2gb,2147483648,2GiB"
    })
    void sizesReadAndPrint(String text, long bytes, String printed) {
        assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
        assertThat(ByteSize.parse(text)).hasToString(printed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5G", "G", "1P", "99999999999999T", "1 2"})
    void badSizesAreNamed(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:0,127.0.0.1,0",
        "[::1]:2087,::1,2087",
        "host.example:65535,host.example,65535"
    })
    void addressesReadAndPrint(String text, String host, int port) {
        assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "host", ":1", "host:", "host:65536", "host:-1", "::1:5", "host:22;id"})
    void badAddressesAreRefused(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/a", "a/", "a//b", "..", "a/../b", "./a", "a b", "ü", "a\nb", "a\0b"})
    void keysThatLeaveTheGrammarAreRefused(String text) {
        assertThatThrownBy(() -> new ObjectKey(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSecretNeverPrints() {
        assertThat(new Secret("hunter2")).hasToString("***");
        assertThat(String.valueOf(List.of(new Secret("hunter2")))).doesNotContain("hunter2");
    }

    @Test
    void aCancellationRunsItsActionsOnce() {
        CancellationSource source = new CancellationSource();
        List<String> ran = new ArrayList<>();
        source.onRequest(() -> ran.add("early"));
        source.onRequest(() -> ran.add("withdrawn")).close();
        source.request();
        source.request();
        source.onRequest(() -> ran.add("late"));
        assertThat(ran).containsExactly("early", "late");
        assertThatThrownBy(source::check).isInstanceOf(CancelledException.class);
    }
}
