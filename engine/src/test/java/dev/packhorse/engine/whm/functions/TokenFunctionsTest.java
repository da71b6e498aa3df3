package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import dev.packhorse.engine.auth.AddressRange;
import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.CreatedToken;
import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.auth.Token;
import dev.packhorse.engine.auth.TokenRequest;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.RawParameters;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class TokenFunctionsTest {
    private static final Caller LIMITED =
            new Caller("root", Set.of("manage-api-tokens", "list-accts"), "m", "127.0.0.1");
    private static final Caller RITA =
            new Caller("rita", Set.of("manage-api-tokens", "list-accts"), "", "127.0.0.1");

    @TempDir Path root;
    private TestServer server;
    private TokenStore store;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        store = new TokenStore(root.resolve("state/tokens"), server.queue::now);
        server.account("rita", "rita");
        server.folder("var/cpanel");
        server.rootFile("var/cpanel/resellers", "rita:manage-api-tokens,list-accts\n");
    }

    private ObjectNode dataAs(Caller caller, String function, String... arguments)
            throws WhmException {
        return server.callAs(caller, function, arguments).data().orElseThrow();
    }

    @Test
    void aNewTokenWorksAndTellsWhatItIs() throws Exception {
        long end = server.queue.now().plus(Duration.ofDays(1)).getEpochSecond();
        ObjectNode made =
                server.data(
                        "api_token_create",
                        "token_name=billing",
                        "acl=list-accts",
                        "acl=create-acct",
                        "expires_at=" + end,
                        "whitelist_ip=192.0.2.8/29");

        assertThat(made.path("token").asString()).matches("[A-Z0-9]{32}");
        assertThat(made.path("acls").toString()).isEqualTo("[\"create-acct\",\"list-accts\"]");
        assertThat(made.path("expires_at").asLong()).isEqualTo(end);
        assertThat(made.path("whitelist_ips").toString()).isEqualTo("[\"192.0.2.8/29\"]");
        assertThat(store.find("root", new Secret(made.path("token").asString()))).isPresent();
        made.remove("token");
        JsonNode listed = server.data("api_token_list").path("tokens").path("billing");
        assertThat(listed.path("acls").path("list-accts").asInt()).isOne();
        assertThat(listed.path("acls").path("kill-acct").asInt(-1)).isZero();
        assertThat(listed.path("create_time")).isEqualTo(made.path("create_time"));
    }

    @Test
    void detailsAreFoundByTheValueButNotForSomebodyElse() throws Exception {
        String value = server.data("api_token_create", "token_name=a").path("token").asString();

        ObjectNode details = server.data("api_token_get_details", "token=" + value);

        assertThat(details.path("name").asString()).isEqualTo("a");
        assertThat(details.has("token")).isFalse();
        assertThat(details.path("expires_at").isNull()).isTrue();
        assertThat(details.path("acls").toString()).isEqualTo("[\"all\"]");
        assertThatThrownBy(() -> dataAs(RITA, "api_token_get_details", "token=" + value))
                .isInstanceOf(WhmException.class)
                .hasMessageNotContaining(value);
    }

    @Test
    void anUpdateKeepsTheValueAndWhatIsNotGiven() throws Exception {
        String value =
                server.data("api_token_create", "token_name=a", "acl=list-accts")
                        .path("token")
                        .asString();

        ObjectNode changed =
                server.data(
                        "api_token_update",
                        "token_name=a",
                        "new_name=b",
                        "whitelist_ip=192.0.2.1",
                        "whitelist_ip=fc00::/7");

        assertThat(changed.path("name").asString()).isEqualTo("b");
        assertThat(changed.path("acls").toString()).isEqualTo("[\"list-accts\"]");
        assertThat(store.find("root", new Secret(value)).orElseThrow().name()).isEqualTo("b");
        assertThat(server.data("api_token_list").path("tokens").propertyNames())
                .containsExactly("b");
        assertThat(
                        server.data("api_token_update", "token_name=b", "whitelist_ip=any")
                                .path("whitelist_ips")
                                .isNull())
                .isTrue();
    }

    @Test
    void aNameThatIsTakenIsLeftAlone() throws Exception {
        server.call("api_token_create", "token_name=a", "acl=list-accts");
        server.call("api_token_create", "token_name=b");

        assertThatThrownBy(() -> server.call("api_token_create", "token_name=a"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("“a” already");
        assertThatThrownBy(() -> server.call("api_token_update", "token_name=b", "new_name=a"))
                .isInstanceOf(WhmException.class);
        assertThat(server.data("api_token_list").path("tokens").propertyNames())
                .containsExactly("a", "b");
    }

    /// Between the reading and the writing of an update, which asks the clock amid them.
    private WhmException updated(Step meanwhile) throws Exception {
        TokenFunctions functions =
                new TokenFunctions(
                        store,
                        new HostUsers(new HostRoot(root)),
                        () -> {
                            meanwhile.run();
                            return server.queue.now();
                        });
        WhmFunction update =
                functions.functions().stream()
                        .filter(function -> function.spec().name().equals("api_token_update"))
                        .findFirst()
                        .orElseThrow();
        Arguments arguments =
                new Arguments(
                        Map.of(
                                "token_name",
                                List.of("a"),
                                "expires_at",
                                List.of(String.valueOf(end().getEpochSecond()))));
        return catchThrowableOfType(
                WhmException.class, () -> update.body().call(TestServer.ROOT, arguments));
    }

    private interface Step {
        void run();
    }

    @Test
    void anUpdateDoesNotBringARevokedTokenBack() throws Exception {
        String value = server.data("api_token_create", "token_name=a").path("token").asString();

        assertThat(updated(() -> change(() -> store.revoke("root", "a"))))
                .hasMessageContaining("“a” was changed or revoked meanwhile");
        assertThat(store.find("root", new Secret(value))).isEmpty();
    }

    @Test
    void anUpdateDoesNotTakeBackAnother() throws Exception {
        server.call("api_token_create", "token_name=a");

        assertThat(
                        updated(() ->
                                change(() ->
                                        server.call(
                                                "api_token_update",
                                                "token_name=a",
                                                "acl=list-accts"))))
                .hasMessageContaining("“a” was changed or revoked meanwhile");
        assertThat(store.list().getFirst().request().acls()).containsExactly("list-accts");
        assertThat(store.list().getFirst().request().expiresAt()).isEmpty();
    }

    private static void change(Callable<?> change) {
        try {
            change.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nobodyMakesTokensWithoutEnd() throws Exception {
        server.call("api_token_create", "token_name=a");
        for (int i = 1; i < 500; i++) {
            Files.createFile(root.resolve("state/tokens/t" + i + ".json"));
        }
        assertRefused(
                TestServer.ROOT,
                "the user root has 500 API tokens that have not expired and may have 500",
                "api_token_create",
                "token_name=b");
        dataAs(RITA, "api_token_create", "token_name=b");
    }

    @Test
    void severalAreRevokedOrNone() throws Exception {
        server.call("api_token_create", "token_name=a");
        server.call("api_token_create", "token_name=b");

        assertThatThrownBy(
                        () -> server.call("api_token_revoke", "token_name=a", "token_name=nothere"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("“nothere”");
        assertThat(store.list()).hasSize(2);
        server.call("api_token_revoke", "token_name=a", "token_name=b", "token_name=a");
        assertThat(store.list()).isEmpty();
    }

    @Test
    void nobodyHandsOnMoreRightsThanTheCallHas() throws Exception {
        dataAs(LIMITED, "api_token_create", "token_name=plain");

        assertThat(store.list().getFirst().request().acls())
                .containsExactlyInAnyOrder("manage-api-tokens", "list-accts");
        for (String acl : new String[] {"all", "kill-acct"}) {
            assertThatThrownBy(
                            () -> dataAs(LIMITED, "api_token_create", "token_name=x", "acl=" + acl))
                    .isInstanceOf(WhmException.class)
                    .hasMessageContaining("you do not have it");
            assertThatThrownBy(() ->
                            dataAs(LIMITED, "api_token_update", "token_name=plain", "acl=" + acl))
                    .isInstanceOf(WhmException.class);
        }
    }

    /// Calls with a token that ends in a day and works from one block.
    private Caller bounded() throws IOException {
        TokenRequest own =
                new TokenRequest(
                        "root",
                        "m",
                        LIMITED.acls(),
                        Optional.of(end()),
                        List.of(AddressRange.parse("192.0.2.0/28"), AddressRange.parse("::1")));
        Optional<Token> made = store.create(own).map(CreatedToken::token);
        Optional<Token> grant = made.or(() -> own("m"));
        return new Caller("root", LIMITED.acls(), "m", "192.0.2.1", grant);
    }

    private Optional<Token> own(String name) {
        try {
            return store.list().stream().filter(token -> token.name().equals(name)).findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// As at the end of a long batch.
    @Test
    void nobodyMakesOrChangesATokenOnceItsOwnIsGone() throws Exception {
        Caller caller = bounded();
        store.create(caller.grant().orElseThrow().request()).ifPresent(_ -> fail("made anew"));
        dataAs(caller, "api_token_create", "token_name=a");
        dataAs(caller, "api_token_update", "token_name=m", "new_name=n");
        dataAs(caller, "api_token_update", "token_name=a", "new_name=b");
        Token narrower = own("n").orElseThrow();
        store.replace(
                narrower,
                new TokenRequest("root", "n", Set.of("list-accts"), Optional.of(end()), List.of()));
        assertGone(caller);
        store.revoke("root", "n");
        assertGone(caller);
        // One of the same name is another.
        store.create(caller.grant().orElseThrow().request());
        assertGone(caller);
        assertThat(store.list()).extracting(Token::name).containsExactly("b", "m");
    }

    private void assertGone(Caller caller) {
        assertRefused(
                caller, "was revoked or changed meanwhile", "api_token_create", "token_name=x");
        assertRefused(
                caller,
                "was revoked or changed meanwhile",
                "api_token_update",
                "token_name=b",
                "new_name=x");
    }

    @Test
    void nobodyMakesATokenOnceItsUserOrItsRightsAreGone() throws Exception {
        dataAs(RITA, "api_token_create", "token_name=b");
        server.rootFile("var/cpanel/resellers", "rita:manage-api-tokens\n");
        assertGone(RITA);
        server.rootFile("var/cpanel/resellers", "");
        assertGone(RITA);
        assertThat(store.list()).extracting(Token::name).containsExactly("b");
    }

    private Instant end() {
        return server.queue.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS);
    }

    private void assertRefused(Caller caller, String message, String... call) {
        String[] arguments = Arrays.copyOfRange(call, 1, call.length);
        assertThatThrownBy(() -> server.callAs(caller, call[0], arguments))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining(message);
    }

    @Test
    void nobodyChangesATokenThatMayMore() throws Exception {
        server.call("api_token_create", "token_name=full", "whitelist_ip=192.0.2.1");
        server.call("api_token_create", "token_name=all", "acl=all");
        server.call("api_token_create", "token_name=other", "acl=list-accts", "acl=kill-acct");
        List<Token> before = store.list();

        for (String name : new String[] {"full", "all", "other"}) {
            for (String change : new String[] {"whitelist_ip=any", "acl=list-accts"}) {
                assertRefused(
                        LIMITED,
                        "it has rights that this call does not have",
                        "api_token_update",
                        "token_name=" + name,
                        change);
            }
        }
        assertThat(store.list()).isEqualTo(before);
        assertThat(dataAs(TestServer.ROOT, "api_token_update", "token_name=full", "new_name=f"))
                .isNotNull();
    }

    @Test
    void aResellersPasswordChangesAllOfItsTokensAndALesserCallDoesNot() throws Exception {
        Caller lesser = new Caller("rita", Set.of("manage-api-tokens"), "m", "127.0.0.1");
        store.create(new TokenRequest("rita", "a", Set.of(), Optional.empty(), List.of()));

        assertRefused(lesser, "“a”", "api_token_update", "token_name=a", "expires_at=0");
        dataAs(RITA, "api_token_update", "token_name=a", "new_name=b");
        assertThat(store.list()).singleElement().extracting(Token::name).isEqualTo("b");

        Files.delete(root.resolve("var/cpanel/resellers"));
        server.folder("var/cpanel/resellers");
        assertRefused(RITA, "cannot be read", "api_token_update", "token_name=b", "expires_at=0");
    }

    @Test
    void whatATokenMakesEndsWithItAndWorksFromWhereItDoes() throws Exception {
        dataAs(bounded(), "api_token_create", "token_name=a");
        assertThat(store.list().getFirst().request().expiresAt()).contains(end());
        assertThat(store.list().getFirst().request().addresses())
                .hasToString("[192.0.2.0/28, 0:0:0:0:0:0:0:1]");
        long second = end().getEpochSecond();
        dataAs(
                bounded(),
                "api_token_create",
                "token_name=b",
                "expires_at=" + (second - 1),
                "whitelist_ip=192.0.2.8/29",
                "whitelist_ip=192.0.2.1");

        for (String end : new String[] {"0", String.valueOf(second + 1)}) {
            assertRefused(
                    bounded(),
                    "would outlast the one of this call, which ends at " + end(),
                    "api_token_create",
                    "token_name=x",
                    "expires_at=" + end);
        }
        for (String range : new String[] {"any", "192.0.2.0/27", "198.51.100.1"}) {
            assertRefused(
                    bounded(),
                    "would work from addresses where the one of this call does not",
                    "api_token_create",
                    "token_name=x",
                    "whitelist_ip=" + range);
        }
        assertRefused(
                bounded(),
                "would work from addresses",
                "api_token_create",
                "token_name=x",
                "whitelist_ip=192.0.2.1",
                "whitelist_ip=198.51.100.1");
        assertThat(store.list()).extracting(Token::name).containsExactly("a", "b", "m");
    }

    @Test
    void aTokenNeitherLiftsItsOwnEndNorAnothersBeyondIt() throws Exception {
        bounded();
        server.call("api_token_create", "token_name=free", "acl=list-accts");
        long second = end().getEpochSecond();

        for (String name : new String[] {"m", "free"}) {
            assertRefused(
                    bounded(), "outlast", "api_token_update", "token_name=" + name, "expires_at=0");
        }
        assertRefused(
                bounded(), "addresses", "api_token_update", "token_name=m", "whitelist_ip=any");
        assertRefused(bounded(), "outlast", "api_token_update", "token_name=free", "new_name=f");
        dataAs(
                bounded(),
                "api_token_update",
                "token_name=free",
                "expires_at=" + second,
                "whitelist_ip=::1");
        dataAs(bounded(), "api_token_update", "token_name=m", "expires_at=" + (second - 9));
        assertThat(store.list())
                .extracting(token -> token.request().expiresAt().orElseThrow())
                .containsExactly(end(), end().minusSeconds(9));
    }

    @Test
    void eachUserHasTokensOfItsOwn() throws Exception {
        server.call("api_token_create", "token_name=a");
        dataAs(RITA, "api_token_create", "token_name=a");

        assertThat(store.list()).extracting(token -> token.user()).containsExactly("rita", "root");
        server.callAs(RITA, "api_token_revoke", "token_name=a");
        assertThat(store.list()).extracting(token -> token.user()).containsExactly("root");
        assertThat(dataAs(RITA, "api_token_list").path("tokens").isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token_name=a/b",
                "token_name=..",
                "token_name=x acl=no-such-right",
                "token_name=x whitelist_ip=host.example",
                "token_name=x expires_at=1"
            })
    void badRequestsMakeNoToken(String arguments) throws Exception {
        assertThatThrownBy(() -> server.call("api_token_create", arguments.split(" ", -1)))
                .isInstanceOf(WhmException.class);
        assertThat(store.list()).isEmpty();
    }

    @Test
    void theRightsOfTheCallAreTold() throws Exception {
        JsonNode own = dataAs(RITA, "myprivs").path("privileges").get(0);
        assertThat(own.path("list-accts").toString()).isEqualTo("\"1\"");
        assertThat(own.path("kill-acct").toString()).isEqualTo("0");
        JsonNode all = server.data("myprivs").path("privileges").get(0);
        assertThat(all.path("kill-acct").toString()).isEqualTo("1");
        assertThat(all.path("all").toString()).isEqualTo("1");
    }

    @Test
    void theValueIsToldThoughATransformDoesNotFit() {
        JsonNode body =
                server.dispatcher()
                        .call(
                                TestServer.ROOT,
                                "api_token_create",
                                RawParameters.of("api.version", "1")
                                        .with("token_name", "ci")
                                        .with("api.columns.enable", "1")
                                        .with("api.columns.a", "token"))
                        .body();
        assertThat(body.at("/metadata/result").asInt()).as(body.toString()).isOne();
        assertThat(body.at("/data/token").asString()).matches("[A-Z0-9]{32}");
    }
}
