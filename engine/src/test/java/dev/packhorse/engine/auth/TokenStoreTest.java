package dev.packhorse.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenStoreTest {
    private static final InetAddress ANYWHERE = InetAddress.ofLiteral("203.0.113.9");

    @TempDir Path state;
    private final SettableClock clock = new SettableClock();
    private Path folder = Path.of("unset");
    private TokenStore store = new TokenStore(folder, clock);

    @BeforeEach
    void open() {
        folder = state.resolve("tokens");
        store = new TokenStore(folder, clock);
    }

    private CreatedToken create(String name) throws IOException {
        return store.create(TokenRequest.ofRoot(name)).orElseThrow();
    }

    @Test
    void valueIsToldOnceAndKeptAsDigestOnly() throws IOException {
        CreatedToken made = create("nightly");
        String value = made.value().reveal();
        assertThat(value).matches("[A-Z0-9]{32}");
        Path file = folder.resolve("nightly.json");
        assertThat(Files.readString(file)).doesNotContain(value).contains(made.token().sha256());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void tokenOfAnotherProcessWorksAtOnceAndItsRevokeToo() throws IOException {
        create("first");
        assertThat(store.list()).hasSize(1);
        TokenStore commandLine = new TokenStore(folder, clock);
        CreatedToken made = commandLine.create(TokenRequest.ofRoot("second")).orElseThrow();
        assertThat(store.find("root", made.value())).contains(made.token());
        assertThat(commandLine.revoke("root", "second")).isTrue();
        assertThat(store.find("root", made.value())).isEmpty();
        assertThat(commandLine.revoke("root", "second")).isFalse();
    }

    @Test
    void replacedTokenFileCountsAtOnce() throws IOException {
        CreatedToken old = create("same");
        assertThat(store.find("root", old.value())).isPresent();
        TokenStore other = new TokenStore(folder, clock);
        other.revoke("root", "same");
        CreatedToken fresh = other.create(TokenRequest.ofRoot("same")).orElseThrow();
        assertThat(store.find("root", old.value())).isEmpty();
        assertThat(store.find("root", fresh.value())).contains(fresh.token());
    }

    @Test
    void nameIsTakenOncePerUser() throws IOException {
        CreatedToken first = create("x");
        assertThat(store.create(TokenRequest.ofRoot("x"))).isEmpty();
        assertThat(store.find("root", first.value())).isPresent();
        TokenRequest bobs = new TokenRequest("bob", "x", Set.of(), Optional.empty(), List.of());
        assertThat(store.create(bobs)).isPresent();
        assertThat(store.list()).extracting(Token::user).containsExactly("bob", "root");
    }

    @Test
    void oneOfManyCreatorsWins() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Boolean>> tries =
                    IntStream.range(0, 24)
                            .<Callable<Boolean>>mapToObj(_ ->
                                    () ->
                                            new TokenStore(folder, clock)
                                                    .create(TokenRequest.ofRoot("race"))
                                                    .isPresent())
                            .toList();
            int made = 0;
            for (Future<Boolean> result : threads.invokeAll(tries)) {
                made += result.get() ? 1 : 0;
            }
            assertThat(made).isEqualTo(1);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void tokenIsItsUsersOnly() throws IOException {
        CreatedToken made = create("mine");
        assertThat(store.find("bob", made.value())).isEmpty();
        assertThat(store.find("root", new Secret("A".repeat(32)))).isEmpty();
        assertThat(store.find("root", new Secret(""))).isEmpty();
    }

    @Test
    void damagedForeignAndWritableFilesAreLeftOut() throws IOException {
        CreatedToken good = create("good");
        CreatedToken open = create("open");
        CreatedToken moved = create("moved");
        Files.writeString(folder.resolve("broken.json"), "{\"format\":1");
        Files.setPosixFilePermissions(
                folder.resolve("open.json"), PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.move(folder.resolve("moved.json"), folder.resolve("elsewhere.json"));
        Files.createSymbolicLink(folder.resolve("link.json"), folder.resolve("good.json"));
        assertThat(store.list()).containsExactly(good.token());
        assertThat(store.find("root", good.value())).isPresent();
        assertThat(store.find("root", open.value())).isEmpty();
        assertThat(store.find("root", moved.value())).isEmpty();
    }

    @Test
    void whatIsNotTheFoldersOwnersIsLeftOut() throws IOException {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        CreatedToken mine = create("mine");
        CreatedToken foreign = create("foreign");
        Files.setAttribute(folder.resolve("foreign.json"), "unix:uid", 1_234);

        assertThat(store.find("root", mine.value())).isPresent();
        assertThat(store.find("root", foreign.value())).isEmpty();
    }

    /// Who can write where a link leads would make tokens.
    @Test
    void aLinkInPlaceOfATokenIsNone() throws IOException {
        CreatedToken made = create("x");
        Path elsewhere = state.resolve("x.json");
        Files.move(folder.resolve("x.json"), elsewhere);
        Files.createSymbolicLink(folder.resolve("x.json"), elsewhere);
        assertThat(store.find("root", made.value())).isEmpty();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void aLinkInPlaceOfTheFolderHoldsNoTokens() throws IOException {
        CreatedToken made = create("x");
        Path elsewhere = state.resolve("elsewhere");
        Files.move(folder, elsewhere);
        assertThat(store.find("root", made.value())).isEmpty();
        Files.createSymbolicLink(folder, elsewhere);
        assertThat(store.find("root", made.value())).isEmpty();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void aChangedTokenKeepsItsValueAndItsUser() throws IOException {
        CreatedToken made = create("old");
        create("taken");
        TokenRequest narrower =
                new TokenRequest("root", "old", Set.of("ssl"), Optional.empty(), List.of());

        Token changed = store.replace(made.token(), narrower).orElseThrow();
        assertThat(store.find("root", made.value())).contains(changed);
        assertThat(store.replace(changed, TokenRequest.ofRoot("taken"))).isEmpty();
        Token renamed = store.replace(changed, TokenRequest.ofRoot("new")).orElseThrow();
        assertThat(store.find("root", made.value())).contains(renamed);
        assertThat(store.list()).extracting(Token::name).containsExactly("new", "taken");
        TokenRequest bobs = new TokenRequest("bob", "new", Set.of(), Optional.empty(), List.of());
        assertThatThrownBy(() -> store.replace(renamed, bobs))
                .hasMessage("a token stays with its user");
    }

    @Test
    void aRevokedTokenIsNotWrittenBack() throws IOException {
        CreatedToken made = create("x");
        TokenStore commandLine = new TokenStore(folder, clock);
        assertThat(commandLine.revoke("root", "x")).isTrue();
        assertThat(store.replace(made.token(), made.token().request())).isEmpty();
        assertThat(store.replace(made.token(), TokenRequest.ofRoot("y"))).isEmpty();
        assertThat(store.find("root", made.value())).isEmpty();
        CreatedToken fresh = create("x");
        assertThat(store.replace(made.token(), made.token().request())).isEmpty();
        assertThat(store.find("root", fresh.value())).contains(fresh.token());
    }

    /// Somebody has read it, others have changed it since.
    @Test
    void whatWasReadBeforeAnothersChangeIsNotWrittenBack() throws IOException {
        CreatedToken made = create("x");
        assertThat(store.find("root", made.value())).isPresent();
        TokenRequest narrower =
                new TokenRequest("root", "x", Set.of("ssl"), Optional.empty(), List.of());
        Token changed = new TokenStore(folder, clock).replace(made.token(), narrower).orElseThrow();
        assertThat(store.replace(made.token(), made.token().request())).isEmpty();
        assertThat(store.replace(made.token(), TokenRequest.ofRoot("y"))).isEmpty();
        assertThat(store.list()).containsExactly(changed);
    }

    @Test
    void whatIsLeftOutIsNotChanged() throws IOException {
        CreatedToken made = create("x");
        Files.setPosixFilePermissions(
                folder.resolve("x.json"), PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(store.replace(made.token(), made.token().request())).isEmpty();
        Path elsewhere = state.resolve("elsewhere");
        Files.move(folder, elsewhere);
        assertThat(store.replace(made.token(), made.token().request())).isEmpty();
        assertThat(store.revoke("root", "x")).isFalse();
        store.revokeAll("root");
        Files.createSymbolicLink(folder, elsewhere);
        store.revokeAll("root");
        assertThat(store.revoke("root", "x")).isFalse();
        assertThat(elsewhere.resolve("x.json")).exists();
    }

    @Test
    void nothingComesBackAfterARevokeAmongChanges() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 50; i++) {
                CreatedToken made = create("race");
                Callable<Boolean> change =
                        () ->
                                new TokenStore(folder, clock)
                                        .replace(made.token(), made.token().request())
                                        .isPresent();
                Callable<Boolean> revoke =
                        () -> new TokenStore(folder, clock).revoke("root", "race");
                List<Future<Boolean>> done = threads.invokeAll(List.of(change, revoke));
                done.getFirst().get();
                assertThat(done.getLast().get()).isTrue();
                assertThat(store.find("root", made.value())).isEmpty();
            }
        }
    }

    @Test
    void allTokensOfAUserAreRevokedAndNoOthers() throws IOException {
        create("x");
        for (String user : List.of("bob", "bobby")) {
            for (String name : List.of("x", "y")) {
                store.create(new TokenRequest(user, name, Set.of(), Optional.empty(), List.of()));
            }
        }
        store.revokeAll("bob");
        assertThat(store.list()).extracting(Token::user).containsExactly("bobby", "bobby", "root");
        store.revokeAll("root");
        assertThat(store.list()).extracting(Token::user).containsExactly("bobby", "bobby");
    }

    /// Lists are answered whole. How many there are is told by the files, whatever is in them.
    @ParameterizedTest
    @CsvSource({"root, '', 500", "bob, bob@, 200"})
    void aUserHasSoManyTokens(String user, String prefix, int most) throws IOException {
        store.create(new TokenRequest("bobby", "x", Set.of(), Optional.empty(), List.of()));
        for (int i = 1; i < most; i++) {
            Files.createFile(folder.resolve(prefix + "t" + i + ".json"));
        }
        TokenRequest last = new TokenRequest(user, "last", Set.of(), Optional.empty(), List.of());
        assertThat(store.create(last)).isPresent();
        TokenRequest more = new TokenRequest(user, "more", Set.of(), Optional.empty(), List.of());
        assertThatThrownBy(() -> store.create(more))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "the user %s has %d API tokens that have not expired and may have %d;"
                                + " revoke those that nobody uses, by “api_token_revoke” or"
                                + " “packhorse token revoke”",
                        user, most, most);
        assertThat(store.revoke(user, "last")).isTrue();
        assertThat(store.create(more)).isPresent();
        TokenRequest others = new TokenRequest("carol", "x", Set.of(), Optional.empty(), List.of());
        assertThat(store.create(others)).isPresent();
    }

    /// Also where an earlier version, which had no bound, left more than there may be.
    @Test
    void whatExpiredLongestAgoMakesRoom() throws IOException {
        for (int second : new int[] {30, 10, 20}) {
            store.create(ending("ends" + second, second));
        }
        create("lasts");
        for (int i = 0; i < 497; i++) {
            Files.createFile(folder.resolve("t" + i + ".json"));
        }
        clock.advance(Duration.ofSeconds(19));
        assertThatThrownBy(() -> create("x")).hasMessageContaining("has 500 API tokens");
        assertThat(store.list()).as("nothing goes for nothing").hasSize(4);

        clock.advance(Duration.ofSeconds(1));
        assertThat(store.create(TokenRequest.ofRoot("lasts"))).as("taken").isEmpty();
        assertThat(store.list()).hasSize(4);
        create("x");
        assertThat(store.list()).extracting(Token::name).containsExactly("ends30", "lasts", "x");
        clock.advance(Duration.ofSeconds(10));
        create("y");
        assertThat(store.list()).extracting(Token::name).containsExactly("lasts", "x", "y");
        assertThatThrownBy(() -> create("z")).hasMessageContaining("may have 500");
    }

    private TokenRequest ending(String name, int seconds) {
        return new TokenRequest(
                "root",
                name,
                Set.of(),
                Optional.of(clock.instant().plusSeconds(seconds)),
                List.of());
    }

    @Test
    void conditionsOfAChangeAreLookedAtFirst() throws IOException {
        CreatedToken made = create("x");
        TokenStore.Condition<IllegalStateException> never =
                () -> {
                    throw new IllegalStateException("no");
                };
        TokenRequest wanted = TokenRequest.ofRoot("y");
        assertThatThrownBy(() -> store.create(wanted, never)).hasMessage("no");
        assertThatThrownBy(() -> store.replace(made.token(), wanted, never)).hasMessage("no");
        assertThat(store.list()).containsExactly(made.token());
    }

    @Test
    void folderThatOthersMayWriteIsNotTrusted() throws IOException {
        CreatedToken made = create("x");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(new TokenStore(folder, clock).find("root", made.value())).isEmpty();
    }

    @Test
    void expiryAddressesAndTheFutureAreJudged() throws IOException {
        TokenRequest request =
                new TokenRequest(
                        "root",
                        "short",
                        Set.of("list-accts"),
                        Optional.of(clock.instant().plusSeconds(60)),
                        List.of(AddressRange.parse("203.0.113.0/24")));
        store.create(request);
        Token read = new TokenStore(folder, clock).list().getFirst();
        assertThat(read.request()).isEqualTo(request);
        assertThat(read.isUsable(clock.instant(), ANYWHERE)).isTrue();
        assertThat(read.isUsable(clock.instant(), InetAddress.ofLiteral("203.0.114.9"))).isFalse();
        assertThat(read.isUsable(clock.instant().plusSeconds(60), ANYWHERE)).isFalse();
        assertThat(read.isUsable(clock.instant().minusSeconds(299), ANYWHERE)).isTrue();
        assertThat(read.isUsable(clock.instant().minus(Duration.ofMinutes(6)), ANYWHERE)).isFalse();
    }

    @Test
    void tokenNeverHasMoreRightsThanItsUser() {
        TokenRequest narrow =
                new TokenRequest(
                        "bob", "n", Set.of("list-accts", "ssl"), Optional.empty(), List.of());
        Token token = new Token(narrow, clock.instant(), "0".repeat(64));
        assertThat(token.rightsWithin(Set.of("all"))).containsOnly("list-accts", "ssl");
        assertThat(token.rightsWithin(Set.of("ssl", "dns"))).containsOnly("ssl");
        TokenRequest all = new TokenRequest("bob", "a", Set.of("all"), Optional.empty(), List.of());
        assertThat(new Token(all, clock.instant(), "0".repeat(64)).rightsWithin(Set.of("ssl")))
                .containsOnly("ssl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "../x", "a/b", "a.json", "ä", "a@b", "\n"})
    void oddNamesAreRefused(String name) {
        assertThatThrownBy(() -> TokenRequest.ofRoot(name))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.revoke("root", name))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(folder).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"64, x, ''", "65, x, …", "66, x, …"})
    void refusalsShowLongNamesInShort(int length, String letter, String end) {
        assertThatThrownBy(() -> TokenRequest.ofRoot(letter.repeat(length)))
                .hasMessageEndingWith("“" + letter.repeat(64) + end + "”");
    }

    @Test
    void refusalsShowNothingThatATerminalObeys() {
        assertThatThrownBy(() -> TokenRequest.ofRoot("a\u001b[2J\n"))
                .hasMessageEndingWith("“a?[2J?”");
    }

    @Test
    void nameOfFiftyIsTheLongest() {
        assertThat(TokenRequest.ofRoot("x".repeat(50)).name()).hasSize(50);
        assertThatThrownBy(() -> TokenRequest.ofRoot("x".repeat(51)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
