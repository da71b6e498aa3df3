package dev.packhorse.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginSessionsTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress THERE = InetAddress.ofLiteral("192.0.2.2");
    private static final Caller ROOT = new Caller("root", Set.of("all"), "", "192.0.2.1");
    private static final Caller BOB =
            new Caller("bob", Set.of("list-accts", "suspend-acct"), "", "192.0.2.1");

    @TempDir Path folder;
    private final SettableClock clock = new SettableClock();
    private TestHost host;
    private TokenStore tokens;
    private LoginSessions sessions;

    @BeforeEach
    void sessions() throws Exception {
        host = TestHost.in(folder.resolve("root"));
        tokens = new TokenStore(folder.resolve("tokens"), clock);
        sessions = new LoginSessions(host.users(), tokens, clock);
    }

    @Test
    void cookieAndTokenMustBelongTogether() throws Exception {
        LoginSessions.Opened one = sessions.open(BOB);
        LoginSessions.Opened two = sessions.open(BOB);

        assertThat(sessions.find(one.securityToken(), one.value(), HERE)).contains(BOB);
        assertThat(sessions.find(two.securityToken(), one.value(), HERE)).isEmpty();
        assertThat(sessions.find("", one.value(), HERE)).isEmpty();
        assertThat(sessions.find(one.securityToken(), new Secret("bob:x"), HERE)).isEmpty();
        assertThat(one.securityToken()).matches("/cpsess[1-9]\\d{9}");
        assertThat(one.value().reveal()).matches("bob:[A-Za-z0-9]{32}:login,[A-Za-z0-9]{32}");
    }

    @Test
    void aSessionWorksFromTheAddressOfItsLoginOnly() throws Exception {
        LoginSessions.Opened opened = sessions.open(BOB);

        assertThat(sessions.find(opened.securityToken(), opened.value(), THERE)).isEmpty();
        assertThat(sessions.find(opened.securityToken(), opened.value(), HERE)).isPresent();
    }

    @Test
    void eachCallKeepsItAliveButNotForMoreThanADay() throws Exception {
        LoginSessions.Opened opened = sessions.open(BOB);
        for (int minutes = 0; minutes < 23 * 60; minutes += 50) {
            clock.advance(Duration.ofMinutes(50));
            assertThat(sessions.find(opened.securityToken(), opened.value(), HERE)).isPresent();
        }
        clock.advance(Duration.ofMinutes(50));
        assertThat(sessions.find(opened.securityToken(), opened.value(), HERE)).isEmpty();
    }

    @Test
    void anIdleSessionEnds() throws Exception {
        LoginSessions.Opened opened = sessions.open(BOB);
        clock.advance(LoginSessions.IDLE);

        assertThat(sessions.find(opened.securityToken(), opened.value(), HERE)).isEmpty();
    }

    @Test
    void aNewPasswordEndsItForGood() throws Exception {
        LoginSessions.Opened opened = sessions.open(BOB);
        Path shadow = folder.resolve("root/etc/shadow");
        String before = Files.readString(shadow);
        Files.writeString(shadow, before.replace("bob:$6$", "bob:$6$other"));
        assertThat(sessions.find(opened.securityToken(), opened.value(), HERE)).isEmpty();

        Files.writeString(shadow, before);
        assertThat(sessions.find(opened.securityToken(), opened.value(), HERE)).isEmpty();
    }

    @Test
    void rightsAreThoseOfTheMomentAndSuspensionEndsIt() throws Exception {
        LoginSessions.Opened opened = sessions.open(BOB);
        host.write("var/cpanel/resellers", "bob:list-accts\n");
        assertThat(sessions.find(opened.securityToken(), opened.value(), HERE).orElseThrow().acls())
                .containsExactly("list-accts");

        host.write("var/cpanel/suspended/bob", "");
        assertThat(sessions.find(opened.securityToken(), opened.value(), HERE)).isEmpty();
    }

    @Test
    void aLinkWorksOnceAndFromThenOnForItsFirstAddress() throws Exception {
        LoginSessions.Opened link = sessions.offer(ROOT, "bob").orElseThrow();

        assertThat(sessions.find(link.securityToken(), link.value(), HERE)).isEmpty();
        assertThat(sessions.redeem("/cpsess1", link.value(), THERE)).isFalse();
        assertThat(sessions.redeem(link.securityToken(), link.value(), THERE)).isTrue();
        assertThat(sessions.redeem(link.securityToken(), link.value(), HERE)).isFalse();
        assertThat(sessions.find(link.securityToken(), link.value(), THERE))
                .hasValueSatisfying(caller -> assertThat(caller.user()).isEqualTo("bob"));
        assertThat(sessions.find(link.securityToken(), link.value(), HERE)).isEmpty();
        clock.advance(LoginSessions.IDLE_OFFERED);
        assertThat(sessions.find(link.securityToken(), link.value(), THERE)).isEmpty();
    }

    @Test
    void aLinkGivesNoMoreRightsThanItsMakerHas() throws Exception {
        Caller limited = new Caller("root", Set.of("create-user-session"), "", "192.0.2.1");

        LoginSessions.Opened link = sessions.offer(limited, "root").orElseThrow();
        sessions.redeem(link.securityToken(), link.value(), HERE);

        Caller caller = sessions.find(link.securityToken(), link.value(), HERE).orElseThrow();
        assertThat(caller.acls()).containsExactly("create-user-session");
        assertThat(caller.isRoot()).isFalse();
        assertThat(sessions.offer(ROOT, "carol")).as("a customer may not call").isEmpty();
    }

    @Test
    void aSessionEndsWithTheTokenThatMadeIt() throws Exception {
        Token billing = token(TokenRequest.ofRoot("billing"));
        LoginSessions.Opened link = link(sessions, "root", billing, "bob");
        assertThat(sessions.find(link.securityToken(), link.value(), HERE))
                .contains(
                        new Caller(
                                "bob", BOB.acls(), "billing", "192.0.2.1", Optional.of(billing)));

        tokens.revoke("root", "billing");

        assertThat(sessions.find(link.securityToken(), link.value(), HERE)).isEmpty();
    }

    @Test
    void soItDoesWhenThatTokenHasExpiredAndForNoOtherOne() throws Exception {
        token(new TokenRequest("bob", "billing", Set.of(), Optional.empty(), List.of()));
        token(TokenRequest.ofRoot("other"));
        Optional<Instant> end = Optional.of(clock.instant().plusSeconds(60));
        Token billing = token(new TokenRequest("root", "billing", Set.of(), end, List.of()));
        LoginSessions.Opened link = link(sessions, "root", billing, "bob");
        clock.advance(Duration.ofSeconds(59));
        assertThat(sessions.find(link.securityToken(), link.value(), HERE)).isPresent();

        clock.advance(Duration.ofSeconds(1));

        assertThat(sessions.find(link.securityToken(), link.value(), HERE)).isEmpty();
    }

    private Token token(TokenRequest request) throws IOException {
        return tokens.create(request).orElseThrow().token();
    }

    private TokenRequest root(Set<String> acls, String... addresses) {
        return new TokenRequest(
                "root",
                "billing",
                acls,
                Optional.empty(),
                Stream.of(addresses).map(AddressRange::parse).toList());
    }

    /// One that was made by a call with a token, and followed.
    private static LoginSessions.Opened link(
            LoginSessions sessions, String maker, Token by, String user) throws Exception {
        Set<String> acls = by.rightsWithin(maker.equals("root") ? ROOT.acls() : BOB.acls());
        Caller caller = new Caller(maker, acls, by.name(), "192.0.2.9", Optional.of(by));
        LoginSessions.Opened link = sessions.offer(caller, user).orElseThrow();
        assertThat(sessions.redeem(link.securityToken(), link.value(), HERE)).isTrue();
        return link;
    }

    private Optional<Caller> find(LoginSessions.Opened opened) throws IOException {
        return sessions.find(opened.securityToken(), opened.value(), HERE);
    }

    /// Whoever replaces a token that leaked keeps its name.
    @Test
    void anotherTokenOfTheSameNameDoesNotKeepItAlive() throws Exception {
        LoginSessions.Opened link = link(sessions, "root", token(root(Set.of())), "root");
        tokens.revoke("root", "billing");
        token(root(Set.of()));

        assertThat(find(link)).isEmpty();
    }

    @Test
    void aTokenThatGotAnotherNameKeepsItsSessions() throws Exception {
        Token before = token(root(Set.of()));
        LoginSessions.Opened link = link(sessions, "root", before, "root");
        tokens.replace(before, TokenRequest.ofRoot("renamed"));

        assertThat(find(link).orElseThrow().token()).isEqualTo("renamed");
    }

    @Test
    void rightsThatItsTokenLosesItLosesAndThoseThatItGetsItDoesNot() throws Exception {
        Token before = token(root(Set.of("list-accts", "kill-acct")));
        LoginSessions.Opened link = link(sessions, "root", before, "root");
        Token narrow = tokens.replace(before, root(Set.of("list-accts"))).orElseThrow();
        assertThat(find(link).orElseThrow().acls()).containsExactly("list-accts");

        tokens.replace(narrow, root(Set.of("list-accts", "create-acct", "kill-acct")));
        assertThat(find(link).orElseThrow().acls())
                .containsExactlyInAnyOrder("list-accts", "kill-acct");
    }

    /// Programs make links for people who sit elsewhere.
    @Test
    void theAddressesOfItsTokenBindItFromTheirNextChangeOn() throws Exception {
        Token before = token(root(Set.of(), "192.0.2.9"));
        LoginSessions.Opened link = link(sessions, "root", before, "root");
        assertThat(find(link)).isPresent();
        Token wider = tokens.replace(before, root(Set.of(), "192.0.2.0/30")).orElseThrow();
        assertThat(find(link)).isPresent();

        tokens.replace(wider, root(Set.of(), "192.0.2.8/30"));
        assertThat(find(link)).isEmpty();
    }

    @Test
    void anEndThatItsTokenWasGivenSinceEndsIt() throws Exception {
        Token before = token(root(Set.of()));
        LoginSessions.Opened link = link(sessions, "root", before, "root");
        Optional<Instant> end = Optional.of(clock.instant().plusSeconds(1));
        tokens.replace(before, new TokenRequest("root", "billing", Set.of(), end, List.of()));
        assertThat(find(link)).isPresent();

        clock.advance(Duration.ofSeconds(1));
        assertThat(find(link)).isEmpty();
    }

    /// What a session makes hangs on the token that the session hangs on, though that is another
    /// user's.
    @Test
    void sessionsThatASessionMadeEndWithTheFirstToken() throws Exception {
        LoginSessions.Opened link = link(sessions, "root", token(root(Set.of())), "bob");
        LoginSessions.Opened next = sessions.offer(find(link).orElseThrow(), "bob").orElseThrow();
        sessions.redeem(next.securityToken(), next.value(), HERE);
        assertThat(find(next)).isPresent();
        tokens.revoke("root", "billing");
        assertThat(find(next)).isEmpty();
    }

    @Test
    void itEndsWithTheUserOfItsToken() throws Exception {
        Token billing =
                token(new TokenRequest("bob", "billing", Set.of(), Optional.empty(), List.of()));
        LoginSessions.Opened link = link(sessions, "bob", billing, "bob");
        assertThat(find(link).orElseThrow().acls()).isEqualTo(BOB.acls());
        LoginSessions.Opened other = link(sessions, "bob", billing, "root");
        assertThat(find(other).orElseThrow().acls()).isEqualTo(BOB.acls());
        host.write("var/cpanel/suspended/bob", "");

        assertThat(find(other)).isEmpty();
    }

    @Test
    void whatBindsItToItsTokenOutlivesARestart() throws Exception {
        Token billing = token(root(Set.of(), "192.0.2.9"));
        LoginSessions.Opened link = link(kept(), "root", billing, "root");
        assertThat(kept().find(link.securityToken(), link.value(), HERE)).isPresent();
        tokens.revoke("root", "billing");
        token(root(Set.of(), "192.0.2.9"));

        assertThat(kept().find(link.securityToken(), link.value(), HERE)).isEmpty();
    }

    /// An earlier version kept the names of tokens.
    @Test
    void anEarlierVersionsSessionsGoOnExceptThoseOfTokens() throws Exception {
        LoginSessions first = kept();
        LoginSessions.Opened login = first.open(BOB);
        LoginSessions.Opened link = first.offer(ROOT, "bob").orElseThrow();
        first.redeem(link.securityToken(), link.value(), HERE);
        Path file = folder.resolve("sessions");
        String earlier =
                Files.readString(file)
                        .replace("maker_token_sha256", "maker_token")
                        .replace(",\"addresses\":[]", "");
        Files.writeString(
                file,
                earlier.replace(
                        "\"maker\":\"root\",\"maker_token\":\"\"",
                        "\"maker\":\"root\",\"maker_token\":\"billing\""));
        token(TokenRequest.ofRoot("billing"));

        LoginSessions second = kept();
        assertThat(second.find(login.securityToken(), login.value(), HERE)).contains(BOB);
        assertThat(second.find(link.securityToken(), link.value(), HERE)).isEmpty();
    }

    @Test
    void aUsersNewOneTakesThePlaceOfItsOwnThatWasUnusedForLongest() throws Exception {
        LoginSessions.Opened roots = sessions.open(ROOT);
        LoginSessions.Opened first = sessions.open(BOB);
        LoginSessions.Opened second = sessions.open(BOB);
        clock.advance(Duration.ofSeconds(1));
        assertThat(find(first)).isPresent();
        for (int i = 2; i < LoginSessions.MOST_OF_A_USER; i++) {
            sessions.open(BOB);
        }
        assertThat(sessions.find(second.securityToken(), second.value(), THERE)).isEmpty();
        sessions.open(BOB);

        assertThat(find(second)).isEmpty();
        assertThat(find(first)).isPresent();
        assertThat(find(roots)).isPresent();
    }

    @Test
    void aUserMayHaveAsManyAsThat() throws Exception {
        LoginSessions.Opened first = sessions.open(BOB);
        for (int i = 1; i < LoginSessions.MOST_OF_A_USER; i++) {
            sessions.open(BOB);
        }
        assertThat(find(first)).isPresent();
    }

    @Test
    void sessionsThatAreOverGiveWayBeforeThoseThatAreUsed() throws Exception {
        LoginSessions.Opened used = sessions.open(BOB);
        for (int i = 1; i < LoginSessions.MOST_OF_A_USER; i++) {
            sessions.open(BOB);
        }
        clock.advance(LoginSessions.IDLE.dividedBy(2));
        assertThat(find(used)).isPresent();
        clock.advance(LoginSessions.IDLE.dividedBy(2));
        for (int i = 1; i < LoginSessions.MOST_OF_A_USER; i++) {
            sessions.open(BOB);
        }

        assertThat(find(used)).isPresent();
    }

    @Test
    void whereTheServerHasAllThatItKeepsNoneIsMadeAndNoneEnds() throws Exception {
        LoginSessions.Opened bobs = sessions.open(BOB);
        for (int i = 1; i < LoginSessions.MOST_SESSIONS; i++) {
            sessions.open(
                    new Caller("u" + i / LoginSessions.MOST_OF_A_USER, Set.of(), "", "192.0.2.1"));
        }
        assertThatThrownBy(() -> sessions.open(ROOT)).isInstanceOf(TooManySessionsException.class);
        assertThatThrownBy(() -> sessions.offer(ROOT, "root"))
                .isInstanceOf(TooManySessionsException.class);
        assertThat(find(bobs)).isPresent();
        assertThat(sessions.open(new Caller("u1", Set.of(), "", "192.0.2.1")))
                .as("in the place of its own")
                .isNotNull();
        clock.advance(LoginSessions.IDLE);
        assertThat(find(sessions.open(ROOT))).isPresent();
    }

    @Test
    void ofAnEarlierVersionsManyOnlySoManyAreLeftAtTheNextOne() throws Exception {
        kept().open(BOB);
        Path file = folder.resolve("sessions");
        String one = Files.readString(file);
        int begin = one.indexOf("[{") + 1;
        String entry = one.substring(begin, one.lastIndexOf(']'));
        StringBuilder many = new StringBuilder(one.substring(0, begin)).append(entry);
        for (int i = 0; i < 2 * LoginSessions.MOST_OF_A_USER; i++) {
            many.append(',').append(entry.replace("\"id\":\"", "\"id\":\"" + i));
        }
        Files.writeString(file, many.append(one.substring(one.lastIndexOf(']'))));

        kept().open(BOB);

        assertThat(Files.readString(file).split("\"id\":", -1))
                .hasSize(LoginSessions.MOST_OF_A_USER + 1);
    }

    @Test
    void whatIsOverIsNotWritten() throws Exception {
        LoginSessions kept = kept();
        kept.open(BOB);
        LoginSessions.Opened used = kept.open(BOB);
        clock.advance(LoginSessions.IDLE.dividedBy(2));
        assertThat(kept.find(used.securityToken(), used.value(), HERE)).isPresent();
        clock.advance(LoginSessions.IDLE.dividedBy(2));
        assertThat(kept.close(used.securityToken(), used.value())).isTrue();

        assertThat(Files.readString(folder.resolve("sessions"))).contains("\"sessions\":[]");
    }

    @Test
    void usesAreWrittenOnceAMinuteAndAfterTheClockWasSetBack() throws Exception {
        Path file = folder.resolve("sessions");
        LoginSessions kept = kept();
        LoginSessions.Opened opened = kept.open(BOB);
        String before = Files.readString(file);
        clock.advance(Duration.ofSeconds(59));
        kept.find(opened.securityToken(), opened.value(), HERE);
        assertThat(file).hasContent(before);
        clock.advance(Duration.ofSeconds(1));
        kept.find(opened.securityToken(), opened.value(), HERE);
        String after = Files.readString(file);
        assertThat(after).isNotEqualTo(before);

        clock.advance(Duration.ofSeconds(-30));
        kept.find(opened.securityToken(), opened.value(), HERE);
        assertThat(Files.readString(file)).isNotEqualTo(after);
    }

    @Test
    void afterTheLogoutNothingWorks() throws Exception {
        LoginSessions.Opened opened = sessions.open(BOB);

        assertThat(sessions.close("/cpsess1", opened.value())).isFalse();
        assertThat(sessions.close(opened.securityToken(), opened.value())).isTrue();
        assertThat(sessions.find(opened.securityToken(), opened.value(), HERE)).isEmpty();
        assertThat(sessions.close(opened.securityToken(), opened.value())).isFalse();
    }

    private LoginSessions kept() {
        return LoginSessions.kept(
                folder.resolve("sessions"), new PlainSealing(), host.users(), tokens, clock);
    }

    @Test
    void aSessionGoesOnAfterARestartWithEverythingThatBindsIt() throws Exception {
        LoginSessions.Opened opened = kept().open(BOB);

        assertThat(kept().find(opened.securityToken(), opened.value(), HERE)).contains(BOB);
        assertThat(kept().find("/cpsess1", opened.value(), HERE)).isEmpty();
        assertThat(kept().find(opened.securityToken(), opened.value(), THERE)).isEmpty();
        String file = Files.readString(folder.resolve("sessions"));
        assertThat(file)
                .startsWith("state/login sessions=")
                .doesNotContain(opened.value().reveal());
        clock.advance(LoginSessions.IDLE);
        assertThat(kept().find(opened.securityToken(), opened.value(), HERE)).isEmpty();
    }

    @Test
    void aCrashBringsBackNoSessionThatEndedAndNoLinkThatWasFollowed() throws Exception {
        LoginSessions first = kept();
        LoginSessions.Opened opened = first.open(BOB);
        LoginSessions.Opened link = first.offer(ROOT, "bob").orElseThrow();
        assertThat(first.close(opened.securityToken(), opened.value())).isTrue();
        assertThat(kept().find(opened.securityToken(), opened.value(), HERE)).isEmpty();
        assertThat(kept().redeem(link.securityToken(), link.value(), HERE)).isTrue();
        assertThat(kept().redeem(link.securityToken(), link.value(), THERE)).isFalse();
        assertThat(kept().find(link.securityToken(), link.value(), HERE)).isPresent();
        host.write("var/cpanel/suspended/bob", "");
        assertThat(kept().find(link.securityToken(), link.value(), HERE)).isEmpty();
        Files.delete(folder.resolve("root/var/cpanel/suspended/bob"));
        assertThat(kept().find(link.securityToken(), link.value(), HERE))
                .as("ended by the suspension for good")
                .isEmpty();
    }

    @Test
    void useIsKeptOnceInAMinuteAndTheDayIsNotBegunAnew() throws Exception {
        LoginSessions.Opened opened = kept().open(BOB);
        for (int i = 0; i < 46; i++) {
            clock.advance(Duration.ofMinutes(30));
            assertThat(kept().find(opened.securityToken(), opened.value(), HERE)).isPresent();
        }
        clock.advance(Duration.ofHours(1).minusSeconds(1));
        LoginSessions last = kept();
        assertThat(last.find(opened.securityToken(), opened.value(), HERE)).isPresent();
        clock.advance(Duration.ofSeconds(1));
        assertThat(last.find(opened.securityToken(), opened.value(), HERE)).isEmpty();
    }

    @Test
    void sessionsThatCannotBeReadEnd() throws Exception {
        LoginSessions.Opened opened = kept().open(BOB);
        Path file = folder.resolve("sessions");
        String good = Files.readString(file);
        for (String damage :
                List.of(
                        "",
                        "x",
                        good.replace("state/", "other/"),
                        good.replace("\"version\":1", "\"version\":9"),
                        good.substring(0, 90))) {
            Files.writeString(file, damage);
            assertThat(kept().find(opened.securityToken(), opened.value(), HERE)).isEmpty();
        }
        Files.writeString(file, good);
        clock.advance(Duration.ofDays(-2));
        assertThat(kept().find(opened.securityToken(), opened.value(), HERE))
                .as("of the future: the clock was set back")
                .isEmpty();
    }
}
