package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.whm.WhmException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ServiceFunctionsTest {
    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
    }

    @Test
    void installedServicesAreToldFromOthers() throws Exception {
        server.folder("usr/sbin");
        server.rootFile("usr/sbin/exim4", "#!/bin/sh\n");
        JsonNode exim = server.data("servicestatus", "service=exim").path("service").get(0);
        assertThat(exim.path("installed").asInt()).isOne();
        assertThat(exim.path("display_name")).hasToString("\"Exim Mail Server\"");
        assertThat(server.data("servicestatus").path("service").size()).isGreaterThan(5);
        assertThatThrownBy(() -> server.data("servicestatus", "service=lpd"))
                .hasMessageContaining("crond, exim");
    }

    @Test
    void theContactAddressIsOneLineOfTheSetup() throws Exception {
        server.rootFile(
                "etc/wwwacct.conf", "ADDR 192.0.2.1\nCONTACTEMAIL old@example.com\nNS ns1.x\n");
        server.call("update_contact_email", "contact_email=me@example.com, you@example.com");
        assertThat(root.resolve("etc/wwwacct.conf"))
                .hasContent(
                        "ADDR 192.0.2.1\nCONTACTEMAIL me@example.com,you@example.com\nNS ns1.x\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nobody", "a@b", "a@example.com,", "a b@example.com", "$(x)@y.example"})
    void whatIsNoAddressIsRefused(String address) throws Exception {
        Path setup = server.rootFile("etc/wwwacct.conf", "ADDR 192.0.2.1\n");
        assertThatThrownBy(() -> server.call("update_contact_email", "contact_email=" + address))
                .isInstanceOf(WhmException.class);
        assertThat(setup).hasContent("ADDR 192.0.2.1\n");
    }

    @Test
    void nothingOfTheOldestApiIsEverCalled() throws Exception {
        assertThat(server.data("get_api_calls")).hasToString("{\"result\":[]}");
    }
}
