package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.whm.WhmException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportanceFunctionsTest {
    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
    }

    private String event(String event) throws WhmException {
        return server.data(
                        "get_application_contact_event_importance", "app=Backup", "event=" + event)
                .toString();
    }

    @Test
    void anEventIsAsUrgentAsItWasSetElseAsItsApplication() throws Exception {
        assertThat(event("Failure")).isEqualTo("{\"importance\":1,\"name\":\"High\"}");
        assertThat(event("Success")).isEqualTo("{\"importance\":3,\"name\":\"Low\"}");

        server.call(
                "set_application_contact_event_importance",
                "app=Backup",
                "event=Success",
                "importance=Disabled");
        assertThat(event("Success")).isEqualTo("{\"importance\":0,\"name\":\"Disabled\"}");
        assertThat(event("Failure")).isEqualTo("{\"importance\":1,\"name\":\"High\"}");

        server.call("set_application_contact_importance", "app=Backup", "importance=Medium");
        assertThat(event("Success")).isEqualTo("{\"importance\":2,\"name\":\"Medium\"}");
        assertThat(server.data("get_application_contact_importance", "app=Backup"))
                .hasToString("{\"importance\":2,\"name\":\"Medium\"}");
    }

    @Test
    void allEventsAreListed() throws Exception {
        server.call(
                "set_application_contact_event_importance",
                "app=Cron",
                "event=Job::Late",
                "importance=Low");

        assertThat(server.data("get_all_contact_importances").path("importances"))
                .hasSize(25)
                .map(Object::toString)
                .contains(
                        "{\"app\":\"Cron\",\"event\":\"Job::Late\",\"importance\":3,\"name\":\"Low\"}");
        assertThat(root.resolve("state/importances.yaml")).content().contains("Cron/Job::Late");
    }

    @Test
    void namesOfAnotherFormAndDamagedFilesAreRefused() throws Exception {
        assertThatThrownBy(() ->
                        server.call(
                                "set_application_contact_importance", "app=a/b", "importance=Low"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("“app”");
        server.folder("state");
        Files.writeString(root.resolve("state/importances.yaml"), "---\nBackup/*: Loud\n");
        assertThatThrownBy(() -> server.call("get_all_contact_importances"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("line 2");
    }
}
