package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.whm.WhmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class HookFunctionsTest {
    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.folder("opt");
        server.rootFile("opt/one.sh", "#!/bin/sh\n");
        server.rootFile("opt/two.sh", "#!/bin/sh\n");
    }

    private String add(String stage) throws WhmException {
        return server.data(
                        "packhorse_hook_add",
                        "event=PkgAcct::Create",
                        "stage=" + stage,
                        "hook=/opt/one.sh",
                        "blocking=1")
                .path("id")
                .asString();
    }

    private JsonNode actions() throws WhmException {
        return server.data("list_hooks").at("/categories/1/events/0/stages/0/actions");
    }

    @Test
    void aHookIsKeptAndListedUnderItsEvent() throws Exception {
        String id = add("pre");

        JsonNode events = server.data("list_hooks").at("/categories/1/events/0");
        assertThat(events.path("event").asString()).isEqualTo("Create");
        assertThat(events.path("stage_order").toString())
                .isEqualTo("[\"pre\",\"preFinalize\",\"postFinalize\"]");
        JsonNode action = actions().get(0);
        assertThat(action.path("id").asString()).isEqualTo(id).matches("[A-Za-z0-9]{24}");
        assertThat(action.path("hook").asString()).isEqualTo("/opt/one.sh");
        assertThat(action.path("enabled").asInt()).isOne();
        assertThat(action.path("blocking").asInt()).isOne();
        assertThat(server.data("list_hooks").at("/categories/0/events/0/stages").isEmpty())
                .isTrue();
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(root.resolve("state/hooks.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void anEditChangesWhatIsGiven() throws Exception {
        String id = add("pre");

        server.call(
                "edit_hook",
                "id=" + id,
                "enabled=0",
                "hook=/opt/two.sh",
                "stage=preFinalize",
                "weight=7",
                "description=Freeze");

        JsonNode stage = server.data("list_hooks").at("/categories/1/events/0/stages/0");
        assertThat(stage.path("stage").asString()).isEqualTo("preFinalize");
        JsonNode action = stage.at("/actions/0");
        assertThat(action.path("enabled").asInt(-1)).isZero();
        assertThat(action.path("hook").asString()).isEqualTo("/opt/two.sh");
        assertThat(action.path("weight").asInt()).isEqualTo(7);
        assertThat(action.path("description").asString()).isEqualTo("Freeze");
        assertThat(action.path("blocking").asInt()).isOne();
    }

    @Test
    void anOrderIsTakenAsAWhole() throws Exception {
        String one = add("pre");
        String two = add("pre");
        assertThat(actions().get(0).path("id").asString()).isEqualTo(one);

        assertThat(server.data("reorder_hooks", "ids=" + two + "," + one))
                .hasToString(
                        "{\"hook_order\":[{\"id\":\""
                                + two
                                + "\",\"weight\":100},{\"id\":\""
                                + one
                                + "\",\"weight\":200}]}");

        assertThat(actions().get(0).path("id").asString()).isEqualTo(two);
        for (String bad : new String[] {one + ",nothere", one + "," + one}) {
            assertThatThrownBy(() -> server.call("reorder_hooks", "ids=" + bad))
                    .isInstanceOf(WhmException.class);
        }
        assertThat(actions().get(0).path("id").asString()).isEqualTo(two);
    }

    @Test
    void aDeletedHookIsGone() throws Exception {
        String id = add("pre");
        server.call("delete_hook", "id=" + id);

        assertThat(actions().isMissingNode()).isTrue();
        for (String function : new String[] {"delete_hook", "edit_hook"}) {
            assertThatThrownBy(() -> server.call(function, "id=" + id))
                    .isInstanceOf(WhmException.class)
                    .hasMessage("There is no hook “" + id + "”.");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stage=pre hook=opt/one.sh",
                "stage=pre hook=/opt/nothere.sh",
                "stage=pre hook=/opt/../etc/passwd",
                "stage=pre hook=/opt",
                "stage=pre hook=/opt/open.sh",
                "stage=pre hook=/opt/link.sh",
                "stage=pre hook=/opt/one.sh check=/opt/open.sh",
                "stage=pre hook=/opt/one.sh rollback=/opt/open.sh",
                "stage=never hook=/opt/one.sh"
            })
    void whatSomebodyElseCouldChangeIsNeverCalled(String arguments) throws Exception {
        Path open = Files.writeString(root.resolve("opt/open.sh"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.createSymbolicLink(root.resolve("opt/link.sh"), root.resolve("opt/one.sh"));

        assertThatThrownBy(() ->
                        server.call(
                                "packhorse_hook_add",
                                ("event=PkgAcct::Create " + arguments).split(" ", -1)))
                .isInstanceOf(WhmException.class);
        assertThat(root.resolve("state/hooks.json")).doesNotExist();
    }

    @Test
    void modulesAndBlockingWhereNothingCanBeBlockedAreRefused() throws Exception {
        String id = add("pre");
        assertThatThrownBy(() -> server.call("edit_hook", "id=" + id, "exectype=module"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("scripts only");
        assertThatThrownBy(() ->
                        server.call(
                                "packhorse_hook_add",
                                "event=System::Backup",
                                "stage=pre",
                                "hook=/opt/one.sh",
                                "blocking=1"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("blocking");
    }

    @Test
    void escalationIsShownAndOnlyForEventsOfAccounts() throws Exception {
        server.call(
                "packhorse_hook_add",
                "event=PkgAcct::Create",
                "stage=pre",
                "hook=/opt/one.sh",
                "escalateprivs=1");
        assertThat(actions().get(0).path("escalateprivs").asInt()).isOne();
        for (String event : new String[] {"System::Backup", "Packhorse::Restore"}) {
            assertThatThrownBy(() ->
                            server.call(
                                    "packhorse_hook_add",
                                    "event=" + event,
                                    "stage=pre",
                                    "hook=/opt/one.sh",
                                    "escalateprivs=1"))
                    .isInstanceOf(WhmException.class)
                    .hasMessageContaining("escalateprivs");
        }
    }

    @Test
    void aRestoreCanBeForbiddenBeforeItBeginsOnly() throws Exception {
        server.call(
                "packhorse_hook_add",
                "event=Packhorse::Restore",
                "stage=pre",
                "hook=/opt/one.sh",
                "blocking=1");
        assertThatThrownBy(() ->
                        server.call(
                                "packhorse_hook_add",
                                "event=Packhorse::Restore",
                                "stage=post",
                                "hook=/opt/one.sh",
                                "blocking=1"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("blocking");
    }
}
