package dev.packhorse.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What lock-outs and second factors do to right and wrong credentials. A password is right here if
/// it says so.
class AuthenticatorLocksTest {
    private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final String RIGHT = "right";

    @TempDir private Path folder;
    private final SettableClock clock = new SettableClock();
    private final List<InetAddress> refusals = new ArrayList<>();
    private final LoginGuard guard =
            new LoginGuard(
                    LockoutRules.USUAL, Duration.ofMillis(1), clock, LoginGuard.Listener.NONE);
    private TestHost host;
    private TokenStore tokens;
    private SecondFactors factors;

    /// Happens while a password is hashed.
    private Runnable meanwhile = () -> {};

    @BeforeEach
    void open() throws IOException {
        host = TestHost.in(folder.resolve("root"));
        tokens = new TokenStore(folder.resolve("tokens"), clock);
        factors = new SecondFactors(folder.resolve("factors"), new PlainSealing(), clock);
    }

    private Authenticator authenticator() {
        HostUsers users = host.users();
        HashVerifier words =
                (password, _) -> {
                    meanwhile.run();
                    return password.reveal().equals(RIGHT);
                };
        return new Authenticator(
                tokens,
                new PasswordCheck(users, words, clock),
                factors,
                users,
                guard,
                clock,
                refusals::add);
    }

    private Login password(String user, String password, String code, InetAddress from)
            throws IOException {
        return authenticator().authenticate(user, new Secret(password), code, LoginSource.of(from));
    }

    private Login token(InetAddress from) throws IOException {
        String value =
                tokens.create(TokenRequest.ofRoot("t" + tokens.list().size()))
                        .orElseThrow()
                        .value()
                        .reveal();
        return authenticator().authenticate("whm root:" + value, "", LoginSource.of(from));
    }

    private void lock(InetAddress from) {
        for (int i = 0; i < LockoutRules.USUAL.failures(); i++) {
            guard.failed(LoginSource.of(from), "root");
        }
    }

    @Test
    void aLockedAddressIsTurnedAwayWhateverItSends() throws IOException {
        lock(PEER);

        assertThat(token(PEER)).isEqualTo(new Login.LockedOut(Duration.ofMinutes(15)));
        assertThat(password("bob", RIGHT, "", PEER)).isInstanceOf(Login.LockedOut.class);
        assertThat(password("bob", "wrong", "", PEER)).isInstanceOf(Login.LockedOut.class);
        assertThat(refusals).hasSize(3);
        assertThat(guard.counts().turnedAway()).isEqualTo(3);
    }

    /// Anybody on this server can bring that lock about.
    @Test
    void atLoopbackARightTokenIsAlwaysTaken() throws IOException {
        lock(LOOPBACK);

        assertThat(token(LOOPBACK)).isInstanceOf(Login.Accepted.class);
        assertThat(password("root", RIGHT, "", LOOPBACK)).isInstanceOf(Login.LockedOut.class);
        assertThat(password("bob", RIGHT, "", LOOPBACK)).isInstanceOf(Login.Accepted.class);
        assertThat(
                        authenticator()
                                .authenticate(
                                        "whm root:" + "A".repeat(32), "", LoginSource.of(LOOPBACK)))
                .isInstanceOf(Login.LockedOut.class);
    }

    /// Of many guesses at the same time all but ten are worthless, and so is the right one.
    @Test
    void aLockThatComesWhileAPasswordIsJudgedCounts() throws IOException {
        meanwhile = () -> lock(PEER);

        assertThat(password("bob", RIGHT, "", PEER)).isInstanceOf(Login.LockedOut.class);
    }

    @Test
    void aSecondFactorIsAskedForBehindTheRightPasswordAlone() throws IOException {
        Secret key = factors.enable("bob", "host.example").orElseThrow();
        String code = TestCodes.at(key, clock.instant());

        assertThat(password("bob", RIGHT, "", PEER)).isEqualTo(new Login.Refused());
        assertThat(password("bob", RIGHT, "000000", PEER)).isEqualTo(new Login.Refused());
        assertThat(password("bob", "wrong", code, PEER)).isEqualTo(new Login.Refused());
        assertThat(password("bob", RIGHT, code, PEER)).isInstanceOf(Login.Accepted.class);
        assertThat(password("bob", RIGHT, code, PEER)).as("used up").isEqualTo(new Login.Refused());
        assertThat(password("root", RIGHT, "", PEER)).isInstanceOf(Login.Accepted.class);
    }

    private static InetAddress nth(int number) {
        return InetAddress.ofLiteral("10.0.0." + number);
    }

    /// Whoever has the password and many addresses is stopped, and learns nothing of it.
    @Test
    void afterTenWrongCodesFromAnywhereNoneIsTakenForAWhile() throws IOException {
        Secret key = factors.enable("bob", "host.example").orElseThrow();
        for (int i = 0; i < CodeGuard.MOST; i++) {
            assertThat(password("bob", RIGHT, "00000" + i % 2, nth(i)))
                    .isEqualTo(new Login.Refused());
        }

        String code = TestCodes.at(key, clock.instant());
        assertThat(password("bob", RIGHT, code, PEER)).isEqualTo(new Login.Refused());
        assertThat(authenticator().authenticate(basic("bob:" + RIGHT), code, LoginSource.of(PEER)))
                .isEqualTo(new Login.Refused());
        assertThat(authenticator().authenticateAgain(basic("bob:" + RIGHT), LoginSource.of(PEER)))
                .as("its code was taken before")
                .isInstanceOf(Login.Accepted.class);
        assertThat(password("root", RIGHT, "", PEER)).isInstanceOf(Login.Accepted.class);
        clock.advance(Duration.ofMinutes(15));
        assertThat(password("bob", RIGHT, TestCodes.at(key, clock.instant()), PEER))
                .isInstanceOf(Login.Accepted.class);
    }

    @Test
    void neitherWithoutThePasswordNorWithoutACodeAreCodesClosed() throws IOException {
        Secret key = factors.enable("bob", "host.example").orElseThrow();
        for (int i = 0; i < 2 * CodeGuard.MOST; i++) {
            assertThat(password("bob", "wrong", "000000", nth(i))).isEqualTo(new Login.Refused());
            assertThat(password("bob", RIGHT, " ", nth(100 + i))).isEqualTo(new Login.Refused());
        }
        assertThat(guard.kept().codes()).isEmpty();
        assertThat(password("bob", RIGHT, TestCodes.at(key, clock.instant()), PEER))
                .isInstanceOf(Login.Accepted.class);
    }

    @Test
    void aHeaderNeedsTheRightCodeAsWell() throws IOException {
        Secret key = factors.enable("bob", "host.example").orElseThrow();
        String header = basic("bob:" + RIGHT);
        LoginSource from = LoginSource.of(PEER);

        assertThat(authenticator().authenticate(header, "", from)).isEqualTo(new Login.Refused());
        assertThat(authenticator().authenticate(header, "000000", from))
                .isEqualTo(new Login.Refused());
        assertThat(authenticator().authenticate(header, TestCodes.at(key, clock.instant()), from))
                .isInstanceOf(Login.Accepted.class);
    }

    @Test
    void aRightPasswordForgivesTheUsersOwnMistakesAndATokenDoesNot() throws IOException {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < LockoutRules.USUAL.failures() - 1; i++) {
                password("root", "wrong", "", LOOPBACK);
            }
            assertThat(password("root", RIGHT, "", LOOPBACK)).isInstanceOf(Login.Accepted.class);
        }
        for (int i = 0; i < LockoutRules.USUAL.failures() - 1; i++) {
            password("root", "wrong", "", LOOPBACK);
        }
        assertThat(token(LOOPBACK)).isInstanceOf(Login.Accepted.class);
        password("root", "wrong", "", LOOPBACK);
        assertThat(password("root", RIGHT, "", LOOPBACK)).isInstanceOf(Login.LockedOut.class);
    }

    /// Else strangers could fill memory with names, and passwords typed into the wrong field would
    /// be kept.
    @Test
    void onlyNamesThatMayCallAreCounted() throws IOException {
        password("carol", "wrong", "", PEER);
        assertThat(guard.kept().users()).isEmpty();
        password("bob", "wrong", "", PEER);
        assertThat(guard.kept().users()).containsOnlyKeys("bob");
        assertThat(guard.kept().both()).containsOnlyKeys("192.0.2.1 bob");
    }

    @Test
    void noRefusalComesBeforeItsPauseIsOver() throws IOException {
        Duration pause = Duration.ofMillis(200);
        LoginGuard slow =
                new LoginGuard(LockoutRules.USUAL, pause, clock, LoginGuard.Listener.NONE);
        Authenticator authenticator =
                new Authenticator(
                        tokens,
                        new PasswordCheck(host.users(), (_, _) -> false, clock),
                        factors,
                        host.users(),
                        slow,
                        clock);
        for (int failures = 1; failures <= 2; failures++) {
            long start = System.nanoTime();
            Login login =
                    authenticator.authenticate(
                            "bob", new Secret("wrong"), "", LoginSource.of(PEER));
            assertThat(login).isEqualTo(new Login.Refused());
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThanOrEqualTo(pause.multipliedBy(failures));
        }
    }

    @Test
    void passwordsAreHashedAFewAtATime() throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        PasswordCheck check =
                new PasswordCheck(
                        host.users(),
                        (_, _) -> {
                            most.accumulateAndGet(now.incrementAndGet(), Math::max);
                            LockSupport.parkNanos(5_000_000);
                            now.decrementAndGet();
                            return true;
                        },
                        clock);
        List<Callable<Boolean>> logins =
                Collections.nCopies(8 * processors, () -> check.verify("bob", new Secret("x")));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> login : threads.invokeAll(logins)) {
                assertThat(login.get()).isTrue();
            }
        }
        assertThat(most.get()).isBetween(1, Math.max(1, processors / 2));
    }

    @Test
    void aPasswordHas512CharactersAtMost() throws IOException {
        PasswordCheck check = new PasswordCheck(host.users(), (_, _) -> true, clock);

        assertThat(check.verify("bob", new Secret("x".repeat(512)))).isTrue();
        assertThat(check.verify("bob", new Secret("x".repeat(513)))).isFalse();
    }

    @Test
    void theSameRequestIsNotAskedForItsCodeTwice() throws IOException {
        Secret key = factors.enable("bob", "host.example").orElseThrow();
        String header = basic("bob:" + RIGHT);
        LoginSource from = LoginSource.of(PEER);
        assertThat(authenticator().authenticate(header, TestCodes.at(key, clock.instant()), from))
                .isInstanceOf(Login.Accepted.class);

        assertThat(authenticator().authenticateAgain(header, from))
                .isInstanceOf(Login.Accepted.class);
        assertThat(authenticator().authenticateAgain(basic("bob:wrong"), from))
                .isEqualTo(new Login.Refused());
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /// The system's own list has more forms of a line than `useradd` makes.
    @Test
    void passwordsThatNobodyHasOpenNothing() throws IOException {
        PasswordCheck check = new PasswordCheck(host.users(), (_, _) -> true, clock);
        Secret any = new Secret("x");
        long today = Duration.ofMillis(clock.instant().toEpochMilli()).toDays();
        List<String> closed =
                List.of(
                        "",
                        ":20000:0:99999:7:::",
                        "!$6$salt$hash:20000:0:99999:7:::",
                        "*:20000:0:99999:7:::",
                        "$6$salt$hash:20000:0:99999:7::" + today + ":",
                        "$6$salt$hash:20000:0:99999:7::0:");
        for (String line : closed) {
            host.write("etc/shadow", "bob:" + line + "\n");
            assertThat(check.verify("bob", any)).as(line).isFalse();
        }
        List<String> open =
                List.of(
                        "$6$salt$hash",
                        "$6$salt$hash:20000:0:99999:7:",
                        "$6$salt$hash:20000:0:99999:7::" + (today + 1) + ":",
                        "$6$salt$hash:20000:0:99999:7::never:");
        for (String line : open) {
            host.write("etc/shadow", "bob:" + line + "\n");
            assertThat(check.verify("bob", any)).as(line).isTrue();
        }
    }

    @Test
    void rightsAreReadAsTheyStandAndNamesThatCannotBeAreNobodys() throws IOException {
        host.write("var/cpanel/resellers", "bob:list-accts,, suspend-acct ,\ndan:\n");
        HostUsers users = host.users();

        assertThat(users.rights("bob").orElseThrow())
                .containsExactlyInAnyOrder("list-accts", "suspend-acct");
        assertThat(users.rights("dan").map(List::copyOf)).isEqualTo(Optional.of(List.of()));
        assertThat(users.isReseller("dan")).isTrue();
        assertThat(users.isReseller("carol")).isFalse();
        assertThat(users.isReseller("b.*")).isFalse();
        assertThat(users.isReseller("../bob")).isFalse();
        assertThat(users.shadow("../bob")).isEmpty();
        assertThat(users.shadow("nobody")).isEmpty();
        Files.delete(folder.resolve("root/etc/shadow"));
        assertThat(users.shadow("bob")).isEmpty();
        Files.createDirectory(folder.resolve("root/etc/shadow"));
        assertThatThrownBy(() -> users.shadow("bob")).isInstanceOf(IOException.class);
    }
}
