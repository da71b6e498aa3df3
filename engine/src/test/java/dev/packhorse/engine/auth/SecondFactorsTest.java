package dev.packhorse.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecondFactorsTest {
    @TempDir private Path folder;
    private final SettableClock clock = new SettableClock();

    private SecondFactors open() {
        return new SecondFactors(folder.resolve("factors"), new PlainSealing(), clock);
    }

    private String code(Secret uri, int stepsFromNow) {
        return TestCodes.at(uri, clock.instant().plusSeconds(30L * stepsFromNow));
    }

    /// Source: RFC 6238 appendix B, SHA-1, the last six digits.
    @ParameterizedTest
    @CsvSource({
        "59, 287082",
        "1111111109, 081804",
        "1111111111, 050471",
        "1234567890, 005924",
        "2000000000, 279037",
        "20000000000, 353130"
    })
    void codesAreThoseOfTheStandard(long second, String code) {
        byte[] key = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);
        assertThat(OneTimeCode.of(key, OneTimeCode.step(Instant.ofEpochSecond(second))))
                .isEqualTo(code);
    }

    /// Source: RFC 4648 section 10.
    @ParameterizedTest
    @CsvSource({"'', ''", "f, MY", "fo, MZXQ", "foo, MZXW6", "foob, MZXW6YQ", "fooba, MZXW6YTB"})
    void keysAreWrittenAsTheStandardSays(String text, String written) {
        assertThat(OneTimeCode.base32(text.getBytes(StandardCharsets.US_ASCII))).isEqualTo(written);
    }

    @Test
    void nobodyHasOneBeforeTheFirst() throws IOException {
        assertThat(open().list()).isEmpty();
        open().enable("root", "host.example");
        assertThat(open().list()).extracting(SecondFactors.Enrolled::user).containsExactly("root");
    }

    @Test
    void eachHasAKeyOfItsOwnAndAllAreListedByName() throws IOException {
        SecondFactors factors = open();
        List<String> users =
                List.of("q w e r t y u i o p a s d f g h j k l z x c v b n m".split(" ", -1));
        Set<String> keys = new HashSet<>();
        for (String user : users) {
            byte[] key = TestCodes.key(factors.enable(user, "h").orElseThrow());
            keys.add(HexFormat.of().formatHex(key));
        }
        assertThat(keys).hasSameSizeAs(users);
        assertThat(factors.list())
                .extracting(SecondFactors.Enrolled::user)
                .containsExactlyElementsOf(users.stream().sorted().toList());
    }

    @Test
    void telephonesGetAllTheyNeed() throws IOException {
        assertThat(open().enable("root", "host.example").orElseThrow().reveal())
                .matches(
                        "otpauth://totp/host\\.example:root\\?secret=[A-Z2-7]{32}"
                                + "&issuer=host\\.example&algorithm=SHA1&digits=6&period=30");
    }

    @Test
    void codesOfOneStepBeforeAndAfterAreTakenAndNoOther() throws IOException {
        for (int skew : new int[] {-2, -1, 0, 1, 2}) {
            SecondFactors factors = open();
            Secret uri = factors.enable("root", "h").orElseThrow();
            assertThat(factors.take("root", code(uri, skew)))
                    .as("%d", skew)
                    .isEqualTo(Math.abs(skew) < 2);
            assertThat(factors.disable("root")).isTrue();
        }
    }

    @Test
    void aCodeIsTakenOnceAlsoByAnotherProcessAndNoneThatIsOlder() throws IOException {
        SecondFactors factors = open();
        Secret uri = factors.enable("root", "h").orElseThrow();
        String older = code(uri, -1);
        String now = code(uri, 0);
        assertThat(factors.take("root", now)).isTrue();
        assertThat(factors.take("root", now)).isFalse();
        assertThat(open().take("root", now)).as("after a restart").isFalse();
        assertThat(open().take("root", older)).isFalse();
        clock.advance(Duration.ofSeconds(30));
        assertThat(open().take("root", code(uri, 0))).isTrue();
    }

    @Test
    void nothingElseIsACode() throws IOException {
        SecondFactors factors = open();
        Secret uri = factors.enable("root", "h").orElseThrow();
        String right = code(uri, 0);
        for (String wrong : new String[] {"", "0", right + " ", right + "0", "x".repeat(10_000)}) {
            assertThat(factors.take("root", wrong)).isFalse();
        }
        assertThat(factors.take("bob", right)).isFalse();
        assertThat(factors.take("root", right)).isTrue();
    }

    @Test
    void oneIsMadeOnceAndListedWithoutItsKey() throws IOException {
        SecondFactors factors = open();
        assertThat(factors.isRequired("bob")).isFalse();
        Secret uri = factors.enable("bob", "h").orElseThrow();
        assertThat(factors.enable("bob", "h")).isEmpty();
        assertThat(factors.isRequired("bob")).isTrue();
        assertThat(factors.list())
                .containsExactly(new SecondFactors.Enrolled("bob", clock.instant(), false));
        assertThat(factors.take("bob", code(uri, 0))).isTrue();
        assertThat(factors.list()).extracting(SecondFactors.Enrolled::isUsed).containsExactly(true);
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("factors/bob.json"))))
                .isEqualTo("rw-------");
        assertThat(factors.disable("bob")).isTrue();
        assertThat(factors.disable("bob")).isFalse();
        assertThat(factors.isRequired("bob")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"../root", "a/b", "''", "a%00b"})
    void strangeNamesReachNoFile(String user) {
        SecondFactors factors = open();
        assertThat(factors.isRequired(user)).isFalse();
        assertThatThrownBy(() -> factors.enable(user, "h"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatCannotBeReadLetsNobodyInAndSaysWhatToDo() throws IOException {
        SecondFactors factors = open();
        Secret uri = factors.enable("root", "h").orElseThrow();
        Path file = folder.resolve("factors/root.json");
        String good = Files.readString(file);
        for (String damage :
                new String[] {"", "{}", good.replace("root/", "bob/"), good.replace("1,", "2,")}) {
            Files.writeString(file, damage);
            assertThat(factors.isRequired("root")).isTrue();
            assertThatThrownBy(() -> factors.take("root", code(uri, 0)))
                    .hasMessageContaining("packhorse second-factor disable root");
        }
    }
}
