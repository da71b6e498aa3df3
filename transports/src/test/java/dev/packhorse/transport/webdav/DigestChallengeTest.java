package dev.packhorse.transport.webdav;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.spi.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestChallengeTest {
    private static final String CHALLENGE =
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=%s,"
                    + " nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\","
                    + " opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";

    /// Source: RFC 7616 section 3.9.1, both examples.
    @ParameterizedTest
    @CsvSource({
        "MD5, 8ca523f5e9506fed4657c9700eebdbec",
        "SHA-256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
    })
    void answersAreThoseOfTheStandard(String algorithm, String response) {
        DigestChallenge challenge =
                DigestChallenge.read(CHALLENGE.formatted(algorithm)).orElseThrow();
        String answer =
                challenge.answer(
                        "Mufasa",
                        new Secret("Circle of Life"),
                        "GET",
                        "/dir/index.html",
                        "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
        assertThat(answer)
                .contains("response=\"" + response + "\"")
                .contains("nc=00000001")
                .contains("opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"")
                .doesNotContain("Circle");
    }

    @Test
    void eachAnswerHasItsOwnCount() {
        DigestChallenge challenge = DigestChallenge.read(CHALLENGE.formatted("MD5")).orElseThrow();
        challenge.answer("u", new Secret("p"), "GET", "/");
        assertThat(challenge.answer("u", new Secret("p"), "GET", "/")).contains("nc=00000002");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic realm=\"x\"",
                "Digest realm=\"x\", nonce=\"n\"",
                "Digest realm=\"x\", nonce=\"n\", qop=\"auth-int\"",
                "Digest realm=\"x\", nonce=\"n\", qop=\"auth\", algorithm=SHA-512-256",
                "Digest realm=\"x\", qop=\"auth\""
            })
    void whatWeDoNotKnowIsNotAnswered(String header) {
        assertThat(DigestChallenge.read(header)).isEmpty();
    }
}
