package dev.packhorse.engine.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.destination.GoogleSignIn.End;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoogleSignInTest {
    private static final URI BACK = URI.create("https://host.example:2087/back");
    private static final Optional<String> CODE = Optional.of(FixedConsent.CODE);
    private static final Optional<String> NONE = Optional.empty();

    @TempDir private Path folder;

    private final FixedConsent google = new FixedConsent();
    private Instant now = Instant.parse("2026-11-28T10:00:00Z");

    private static SecretSeal seal(int key) {
        byte[] bytes = new byte[SecretSeal.KEY_BYTES];
        bytes[0] = (byte) key;
        return new SecretSeal(bytes);
    }

    private GoogleCredentials credentials() {
        return new GoogleCredentials(folder.resolve("google"), seal(1));
    }

    private GoogleSignIn signIn() {
        return new GoogleSignIn(google, credentials(), () -> now);
    }

    private static String begin(GoogleSignIn signIn, String client) {
        String page = signIn.begin(client, new Secret("secret-of-" + client), BACK).toString();
        return page.substring(page.indexOf("state=") + 6);
    }

    private List<Path> files() throws IOException {
        if (!Files.exists(folder.resolve("google"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.resolve("google"))) {
            return files.toList();
        }
    }

    @Test
    void aCodeBecomesASealedTokenOfItsClientAlone() throws IOException {
        GoogleSignIn signIn = signIn();
        String one = begin(signIn, "one");
        begin(signIn, "two");
        assertThat(signIn.finish(one, CODE, NONE)).isEqualTo(new End.Kept("one"));
        assertThat(google.asked).containsExactly("one secret-of-one " + BACK);
        assertThat(credentials().find("one")).contains(new Secret(FixedConsent.TOKEN));
        assertThat(credentials().find("two")).isEmpty();
        Path file = files().getFirst();
        assertThat(Files.readString(file))
                .contains("one", "sealed-1-")
                .doesNotContain(FixedConsent.TOKEN, "secret-of-one");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aStateWorksOnce() throws Exception {
        GoogleSignIn signIn = signIn();
        String state = begin(signIn, "one");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<End> bring = () -> signIn.finish(state, CODE, NONE);
            int kept = 0;
            for (Future<End> end : threads.invokeAll(List.of(bring, bring, bring, bring))) {
                kept += end.get().equals(new End.Kept("one")) ? 1 : 0;
            }
            assertThat(kept).isEqualTo(1);
        }
        assertThat(google.asked).hasSize(1);
        assertThat(signIn.finish(state, CODE, NONE)).isEqualTo(new End.Unknown());
    }

    @Test
    void anotherStateIsUnknownAndEndsNothing() throws IOException {
        GoogleSignIn signIn = signIn();
        String state = begin(signIn, "one");
        String flipped = (state.startsWith("A") ? "B" : "A") + state.substring(1);
        for (String wrong : List.of("", flipped, state + "x", " ", "x".repeat(100_000))) {
            assertThat(signIn.finish(wrong, CODE, NONE)).isEqualTo(new End.Unknown());
        }
        assertThat(google.asked).isEmpty();
        assertThat(files()).isEmpty();
        assertThat(signIn.finish(state, CODE, NONE)).isEqualTo(new End.Kept("one"));
    }

    @Test
    void statesAreLongAndNeverAlike() {
        GoogleSignIn signIn = signIn();
        assertThat(Stream.generate(() -> begin(signIn, "one")).limit(50))
                .doesNotHaveDuplicates()
                .allMatch(state -> state.matches("[A-Za-z0-9_-]{43}"));
    }

    @Test
    void anHourIsTheEnd() {
        GoogleSignIn signIn = signIn();
        String early = begin(signIn, "one");
        String late = begin(signIn, "one");
        now = now.plus(Duration.ofMinutes(59));
        assertThat(signIn.finish(early, CODE, NONE)).isEqualTo(new End.Kept("one"));
        now = now.plus(Duration.ofMinutes(1));
        assertThat(signIn.finish(late, CODE, NONE)).isEqualTo(new End.Unknown());
        assertThat(google.asked).hasSize(1);
    }

    @Test
    void theOldestOfTooManyGivesWay() {
        GoogleSignIn signIn = signIn();
        String first = begin(signIn, "one");
        String second = begin(signIn, "one");
        for (int i = 1; i < GoogleSignIn.MOST_UNDER_WAY; i++) {
            begin(signIn, "one");
        }
        assertThat(signIn.finish(first, CODE, NONE)).isEqualTo(new End.Unknown());
        assertThat(signIn.finish(second, CODE, NONE)).isEqualTo(new End.Kept("one"));
    }

    @Test
    void aNoIsToldByGooglesWordAndNothingElse() throws IOException {
        GoogleSignIn signIn = signIn();
        assertThat(signIn.finish(begin(signIn, "one"), NONE, Optional.of("access_denied")))
                .isEqualTo(new End.Declined("access_denied"));
        assertThat(signIn.finish(begin(signIn, "one"), CODE, Optional.of("<script>")))
                .isEqualTo(new End.Declined("an error"));
        assertThat(google.asked).isEmpty();
        assertThat(files()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "\u00e9", "wrong"})
    void aBadCodeKeepsNothing(String code) throws IOException {
        GoogleSignIn signIn = signIn();
        assertThat(signIn.finish(begin(signIn, "one"), Optional.of(code), NONE))
                .isInstanceOfSatisfying(
                        End.Failed.class,
                        failed -> assertThat(failed.reason()).doesNotContain("secret-of-one"));
        assertThat(google.asked).hasSize(code.equals("wrong") ? 1 : 0);
        assertThat(files()).isEmpty();
    }

    @Test
    void aRedirectWithNeitherCodeNorErrorFails() {
        GoogleSignIn signIn = signIn();
        assertThat(signIn.finish(begin(signIn, "one"), NONE, NONE)).isInstanceOf(End.Failed.class);
    }

    @Test
    void aSecondConsentReplacesTheFirst() throws IOException {
        credentials().keep("one", new Secret("old"));
        GoogleSignIn signIn = signIn();
        signIn.finish(begin(signIn, "one"), CODE, NONE);
        assertThat(credentials().find("one")).contains(new Secret(FixedConsent.TOKEN));
        assertThat(files()).hasSize(1);
    }

    @Test
    void aDamagedOrForeignFileIsNamedAndNotTakenForNone() throws IOException {
        credentials().keep("one", new Secret("token-text"));
        Path file = files().getFirst();
        assertThatThrownBy(
                        () -> new GoogleCredentials(folder.resolve("google"), seal(2)).find("one"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("refresh_token cannot be unsealed");
        Files.writeString(file, "---\nclient_id: one\nrefresh_token: in-the-clear\n");
        assertThatThrownBy(() -> credentials().find("one"))
                .hasMessageContaining("is damaged: consent at Google again");
    }

    @Test
    void anIdThatCanBeNoClientsIsRefused() {
        for (String id : List.of("", "a b", "x".repeat(257), "a\n")) {
            assertThatThrownBy(() -> begin(signIn(), id))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
