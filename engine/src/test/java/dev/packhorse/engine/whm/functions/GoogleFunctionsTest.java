package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.transport.spi.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class GoogleFunctionsTest {
    private static final String GENERATE = "backup_generate_google_oauth_uri";
    private static final String EXISTS = "backup_does_client_id_have_google_credentials";

    @TempDir private Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
    }

    @Test
    void theAnswerNamesThePageAndWhatToRegister() throws WhmException {
        ObjectNode data = server.data(GENERATE, "client_id=c1", "client_secret=s1");
        assertThat(data.path("uri").asString("")).startsWith("https://accounts.example/?state=");
        assertThat(data.path("redirect_uri").asString(""))
                .isEqualTo("https://host.example:2087/back");
        assertThat(data.path("valid_seconds").asInt()).isEqualTo(3600);
        assertThat(data.toString()).doesNotContain("s1");
    }

    @Test
    void theAddressIsWhatTheBrowserReaches() throws WhmException {
        for (String address :
                new String[] {
                    "https://panel.example", "http://localhost:9/", "http://127.0.0.1:9"
                }) {
            ObjectNode data =
                    server.data(GENERATE, "client_id=c1", "client_secret=s1", "address=" + address);
            assertThat(data.path("redirect_uri").asString(""))
                    .isEqualTo(address.replaceAll("/$", "") + "/back");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://host.example",
                "https://user@host.example",
                "https://host.example/x?y",
                "javascript:alert(1)",
                "https://host.example:2087#f",
                "https://"
            })
    void anAddressThatGoogleWouldNotSendToIsRefused(String address) {
        assertThatThrownBy(() ->
                        server.call(
                                GENERATE, "client_id=c1", "client_secret=s1", "address=" + address))
                .hasMessageStartingWith("The “address” argument is not usable");
    }

    @Test
    void badIdsAndSecretsAreRefusedWithoutTheSecret() {
        assertThatThrownBy(() -> server.call(GENERATE, "client_id=a b", "client_secret=s1"))
                .hasMessageContaining("“client_id”");
        assertThatThrownBy(() -> server.call(GENERATE, "client_id=a", "client_secret=geheim ist"))
                .hasMessageContaining("“client_secret”")
                .hasMessageNotContaining("geheim");
        assertThatThrownBy(() -> server.call(EXISTS, "client_id=" + "x".repeat(300)))
                .hasMessageContaining("“client_id”");
    }

    @Test
    void existsTellsWhatIsKept() throws Exception {
        assertThat(server.data(EXISTS, "client_id=c1").path("exists").asInt()).isZero();
        server.google.keep("c1", new Secret("token"));
        assertThat(server.data(EXISTS, "client_id=c1").path("exists").asInt()).isEqualTo(1);
        assertThat(server.data(EXISTS, "client_id=c2").path("exists").asInt()).isZero();
    }

    @Test
    void aDamagedFileIsAFailureAndNoAbsence() throws Exception {
        server.google.keep("c1", new Secret("token"));
        try (Stream<Path> files = Files.list(root.resolve("state/google"))) {
            Files.writeString(files.findFirst().orElseThrow(), "not yaml");
        }
        assertThatThrownBy(() -> server.call(EXISTS, "client_id=c1"))
                .hasMessageStartingWith("The credentials cannot be read");
    }
}
