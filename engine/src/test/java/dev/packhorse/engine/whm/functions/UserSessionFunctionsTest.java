package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.auth.LoginSessions;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.auth.TooManySessionsException;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class UserSessionFunctionsTest {
    private static final Caller RITA =
            new Caller("rita", Set.of("create-user-session"), "", "127.0.0.1");

    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("rita", "rita");
        server.folder("var/cpanel");
        server.rootFile("var/cpanel/resellers", "rita:create-user-session\n");
    }

    @Test
    void theLinkHoldsTokenAndSession() throws Exception {
        Answer answer =
                server.call("create_user_session", "user=rita", "service=whostmgrd", "locale=en");

        ObjectNode data = answer.data().orElseThrow();
        assertThat(answer.reason()).isEqualTo("Created session");
        assertThat(data.path("session").asString())
                .matches("rita:[A-Za-z0-9]+:create_user_session,[A-Za-z0-9]+");
        assertThat(data.path("url").asString())
                .isEqualTo(
                        "https://host.example:2087"
                                + data.path("cp_security_token").asString()
                                + "/login/?session="
                                + data.path("session")
                                        .asString()
                                        .replace(":", "%3A")
                                        .replace(",", "%2C"));
        assertThat(data.path("expires").asLong())
                .isEqualTo(server.queue.now().plus(Duration.ofMinutes(15)).getEpochSecond());
        assertThat(data.path("locale").asString()).isEqualTo("en");
    }

    @Test
    void aResellerMakesLinksForItselfOnly() throws Exception {
        assertThat(
                        server.callAs(RITA, "create_user_session", "user=rita", "service=whostmgrd")
                                .reason())
                .isEqualTo("Created session");
        assertThatThrownBy(() ->
                        server.callAs(
                                RITA, "create_user_session", "user=root", "service=whostmgrd"))
                .isInstanceOf(WhmException.class)
                .hasMessage("You do not have a user named “root”.");
    }

    @Test
    void customersAndOtherServicesHaveNone() {
        server.account("alice", "root");
        assertThatThrownBy(
                        () -> server.call("create_user_session", "user=alice", "service=whostmgrd"))
                .isInstanceOf(WhmException.class)
                .hasMessage("You do not have a user named “alice”.");
        assertThatThrownBy(() -> server.call("create_user_session", "user=rita", "service=cpaneld"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("“cpaneld”");
    }

    @Test
    void whereTheServerHasAllThatItKeepsTheReasonIsTold() throws Exception {
        LoginSessions full =
                new LoginSessions(
                        new HostUsers(new HostRoot(root)),
                        new TokenStore(root.resolve("state/tokens"), server.queue::now),
                        server.queue::now);
        for (int i = 0; open(full, "u" + i / 50); i++) {}
        server.functions.put(
                "create_user_session",
                new UserSessionFunctions(full, () -> "https://x").functions().getFirst());

        assertThatThrownBy(
                        () -> server.call("create_user_session", "user=rita", "service=whostmgrd"))
                .isInstanceOf(WhmException.class)
                .hasMessage("This server has as many sessions as it keeps; try again later.");
    }

    private static boolean open(LoginSessions sessions, String user) throws IOException {
        try {
            sessions.open(new Caller(user, Set.of(), "", "127.0.0.1"));
            return true;
        } catch (TooManySessionsException _) {
            return false;
        }
    }
}
