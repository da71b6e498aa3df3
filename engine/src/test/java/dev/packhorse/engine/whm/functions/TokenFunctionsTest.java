package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.transport.spi.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
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

    @Test
    void severalAreRevokedOrNone() throws Exception {
        server.call("api_token_create", "token_name=a");
        server.call("api_token_create", "token_name=b");

        assertThatThrownBy(
                        () -> server.call("api_token_revoke", "token_name=a", "token_name=nothere"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("“nothere”");
        assertThat(store.list()).hasSize(2);
        server.call("api_token_revoke", "token_name=a", "token_name=b");
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
}
