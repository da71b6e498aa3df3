package dev.packhorse.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {
    private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.1");

    @TempDir Path folder;
    private final SettableClock clock = new SettableClock();
    private TestHost host = new TestHost(Path.of("unset"));
    private final LoginGuard guard =
            new LoginGuard(
                    LockoutRules.USUAL, Duration.ofMillis(1), clock, LoginGuard.Listener.NONE);
    private TokenStore tokens = new TokenStore(Path.of("unset"), clock);

    @BeforeEach
    void open() throws IOException {
        host = TestHost.in(folder.resolve("root"));
        tokens = new TokenStore(folder.resolve("tokens"), clock);
    }

    private Login login(String header) throws IOException {
        return login(header, PEER);
    }

    private Login login(String header, InetAddress from) throws IOException {
        HostUsers users = host.users();
        return new Authenticator(
                        tokens,
                        new PasswordCheck(users, HashVerifier.ofSystem(), clock),
                        new SecondFactors(folder.resolve("factors"), new PlainSealing(), clock),
                        users,
                        guard,
                        clock)
                .authenticate(header, "", LoginSource.of(from));
    }

    private static String basic(String user, String password) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static void assumeCrypt() {
        try {
            HashVerifier.ofSystem().matches(new Secret("x"), "$6$saltsalt$x");
        } catch (IOException e) {
            assumeTrue(false, e.getMessage());
        }
    }

    private Secret token(String user, String... acls) throws IOException {
        return tokens.create(new TokenRequest(user, "t", Set.of(acls), Optional.empty(), List.of()))
                .orElseThrow()
                .value();
    }

    private Login accepted(String user, String right) throws IOException {
        Optional<Token> grant = Optional.of(tokens.list().getFirst());
        return new Login.Accepted(new Caller(user, Set.of(right), "t", "192.0.2.1", grant));
    }

    @ParameterizedTest
    @ValueSource(strings = {"whm", "WHM", "Whm", "wHm"})
    void tokenWorksUnderTheSchemeInAnyCase(String scheme) throws IOException {
        String value = token("root").reveal();
        assertThat(login(scheme + " root:" + value)).isEqualTo(accepted("root", "all"));
    }

    @Test
    void tokenOfAResellerHasTheRightsOfItsLine() throws IOException {
        String value = token("bob", "list-accts", "all-the-rest").reveal();
        assertThat(login("whm bob:" + value)).isEqualTo(accepted("bob", "list-accts"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"carol", "eve", "gone", "nobody", "../root"})
    void tokensOfWhoMayNotCallAreRefused(String user) throws IOException {
        String value = user.contains("/") ? "A".repeat(32) : token(user).reveal();
        assertThat(login("whm " + user + ":" + value)).isEqualTo(new Login.Refused());
    }

    @Test
    void deletedResellerIsRefusedAtOnce() throws IOException {
        String value = token("bob").reveal();
        assertThat(login("whm bob:" + value)).isInstanceOf(Login.Accepted.class);
        host.write("var/cpanel/resellers", "");
        assertThat(login("whm bob:" + value)).isEqualTo(new Login.Refused());
    }

    @Test
    void expiredRevokedAndForeignTokensAreRefused() throws IOException {
        CreatedToken made =
                tokens.create(
                                new TokenRequest(
                                        "root",
                                        "short",
                                        Set.of(),
                                        Optional.of(clock.instant().plusSeconds(10)),
                                        List.of(AddressRange.parse("192.0.2.0/24"))))
                        .orElseThrow();
        String header = "whm root:" + made.value().reveal();
        assertThat(login(header)).isInstanceOf(Login.Accepted.class);
        assertThat(login(header, InetAddress.ofLiteral("::ffff:192.0.2.7")))
                .isInstanceOf(Login.Accepted.class);
        assertThat(login(header, InetAddress.ofLiteral("198.51.100.1")))
                .isEqualTo(new Login.Refused());
        clock.advance(Duration.ofSeconds(10));
        assertThat(login(header)).isEqualTo(new Login.Refused());
        String other = token("root").reveal();
        tokens.revoke("root", "t");
        assertThat(login("whm root:" + other)).isEqualTo(new Login.Refused());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "whm",
                "whm root",
                "whm :x",
                "Bearer abc",
                "Basic",
                "Basic ###",
                "Basic cm9vdA==",
                "cpanel root:x",
                "whm root:"
            })
    void whatIsNoCredentialIsRefused(String header) throws IOException {
        assertThat(login(header)).isEqualTo(new Login.Refused());
    }

    @ParameterizedTest
    @CsvSource({
        "root, correct horse, true",
        "bob, correct horse, true",
        "root, wrong, false",
        "bob, '', false",
        "carol, correct horse, false",
        "dan, correct horse, false",
        "eve, correct horse, false",
        "finn, correct horse, false",
        "gone, correct horse, false",
        "nobody, correct horse, false"
    })
    void passwordsOfRootAndResellersOpen(String user, String password, boolean opens)
            throws IOException {
        assumeCrypt();
        Login login = login(basic(user, password));
        assertThat(login).isInstanceOf(opens ? Login.Accepted.class : Login.Refused.class);
    }

    @Test
    void passwordOfAnUnknownUserIsHashedToo() throws IOException {
        int[] hashed = new int[1];
        PasswordCheck check =
                new PasswordCheck(
                        host.users(),
                        (_, _) -> {
                            hashed[0]++;
                            return true;
                        },
                        clock);
        assertThat(check.verify("nobody", new Secret("x"))).isFalse();
        assertThat(check.verify("dan", new Secret("x"))).isFalse();
        assertThat(check.verify("root", new Secret("x".repeat(1000)))).isFalse();
        assertThat(hashed[0]).isEqualTo(3);
        Files.delete(folder.resolve("root/etc/shadow"));
        assertThat(check.verify("root", new Secret("x"))).isFalse();
        assertThat(hashed[0]).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"root\r\nX", "ro\0ot", "root\u0085"})
    void controlCharactersAreMalformed(String user) throws IOException {
        assertThat(login(basic(user, "x"))).isEqualTo(new Login.Malformed());
    }
}
