package dev.packhorse.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenFileTest {
    private static final Path FILE = Path.of("/state/tokens/nightly.json");
    private static final Token WHOLE =
            new Token(
                    new TokenRequest(
                            "bob",
                            "nightly",
                            Set.of("list-accts"),
                            Optional.of(Instant.parse("2027-01-01T00:00:00Z")),
                            List.of(AddressRange.parse("192.0.2.0/24"))),
                    Instant.parse("2026-11-24T10:00:00Z"),
                    "0123456789abcdef".repeat(4));

    private static String text() {
        return new String(TokenFile.encode(WHOLE), StandardCharsets.UTF_8);
    }

    private static Token decode(String text) throws IOException {
        return TokenFile.decode(FILE, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        assertThat(decode(text())).isEqualTo(WHOLE);
        Token plain = new Token(TokenRequest.ofRoot("plain"), WHOLE.createdAt(), WHOLE.sha256());
        assertThat(TokenFile.decode(FILE, TokenFile.encode(plain))).isEqualTo(plain);
    }

    /// Nothing that is missing or odd may widen what the token can do.
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "\"format\" : 1|\"format\" : 2|of an unknown format",
                "\"format\" : 1|\"other\" : 1|of an unknown format",
                "0123456789abcdef0|0123456789ABCDEF0|without a digest",
                "\"sha256\"|\"sha1\"|damaged",
                "\"user\" : \"bob\"|\"user\" : 7|damaged",
                "\"user\" : \"bob\"|\"user\" : \"../bob\"|damaged",
                "\"acls\"|\"rights\"|damaged",
                "[ \"list-accts\" ]|\"list-accts\"|damaged",
                "[ \"list-accts\" ]|[ 7 ]|damaged",
                "[ \"list-accts\" ]|[ \"list accts\" ]|damaged",
                "\"addresses\"|\"from\"|damaged",
                "192.0.2.0/24|192.0.2.0/240|damaged",
                "2027-01-01T00:00:00Z|soon|damaged",
                "\"created_at\"|\"made_at\"|damaged",
                "2026-11-24T10:00:00Z|yesterday|damaged",
            })
    void whatIsNoTokenIsRefused(String part, String instead, String complaint) {
        assertThat(text()).contains(part);
        assertThatThrownBy(() -> decode(text().replace(part, instead)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(FILE.toString())
                .hasMessageContaining(complaint);
    }

    @Test
    void namesAreThoseOfUsersTokensAndRights() {
        for (String user : List.of("", "Bob", "../bob", "a".repeat(33), "x\n".repeat(40))) {
            assertThatThrownBy(() ->
                            new TokenRequest(user, "t", Set.of(), Optional.empty(), List.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("not a user name")
                    .hasMessageNotContaining("\n")
                    .message()
                    .hasSizeLessThan(100);
        }
        for (String right : List.of("", "LIST", "a b", "7", "a".repeat(65))) {
            assertThatThrownBy(() ->
                            new TokenRequest(
                                    "bob", "t", Set.of("ok", right), Optional.empty(), List.of()))
                    .hasMessageStartingWith("not the name of a right");
        }
    }
}
