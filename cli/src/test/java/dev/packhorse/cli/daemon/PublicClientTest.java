package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.demo.DemoServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Clients that others wrote and that nobody changed for us, over TLS whose certificate they check:
/// `cpanel-lib` and `cpanel-rest-api` of the npm registry, which `.ci/fetch-test-clients` brings
/// here.
class PublicClientTest {
    private static final Path MODULES = Path.of("target", "test-clients", "node_modules");
    private static final Path SCRIPTS = Path.of("src", "test", "clients");

    @TempDir private Path work;

    @BeforeEach
    void server() throws Exception {
        assumeTrue(
                Files.exists(MODULES.resolve("../packages")),
                "the public clients are not here: run .ci/fetch-test-clients");
        assumeTrue(
                (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
                "accounts have users of their own, which takes root");
        DemoServer.write(work.resolve("server"), 200);
    }

    @Test
    void cpanelRestApiAdministersAccounts() throws Exception {
        JsonNode learned;
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m", "http.tls=auto")) {
            learned =
                    run(
                            daemon,
                            "cpanel-rest-api.js",
                            Integer.toString(daemon.state().address().getPort()),
                            daemon.state().rootToken(),
                            "alice");
            assertThat(daemon.stop()).isZero();
        }

        assertThat(learned.path("version").asString()).startsWith("11.");
        JsonNode alice = learned.path("found");
        assertThat(alice).hasSize(1);
        assertThat(alice.get(0).propertyNames()).containsExactlyInAnyOrder("user", "domain");
        assertThat(learned.path("made").path("package").asString()).isEqualTo("default");
        JsonNode summary = learned.path("summary");
        assertThat(summary.path("domain").asString()).isEqualTo("newbie.example");
        assertThat(summary.path("email").asString()).isEqualTo("a@b.example");
        assertThat(summary.path("shell").asString()).isEqualTo("/bin/bash");
        assertThat(message(learned, "again")).contains("“newbie”");
        JsonNode suspended = learned.path("suspended").get(0);
        assertThat(suspended.path("reason").asString()).isEqualTo("Bill 7 & 8 – “open”");
        assertBatch(learned.path("batch"));
        assertThat(learned.path("limitedSees").asInt())
                .isGreaterThan(1)
                .isEqualTo(learned.path("ofRoot").asInt());
        assertThat(message(learned, "limitedRefused")).contains("removeacct");
        assertThat(message(learned, "gone")).contains("“newbie”");
        assertThat(message(learned, "unknown")).startsWith("Unknown app (\"cpanel\"");
        assertThat(learned.path("wrongKey").path("status").asInt()).isEqualTo(403);
    }

    private static void assertBatch(JsonNode answers) {
        assertThat(answers.valueStream().map(each -> each.path("metadata").path("command")))
                .extracting(JsonNode::asString)
                .containsExactly("version", "accountsummary", "nothing_like_it");
        assertThat(answers.valueStream().map(each -> each.path("metadata").path("result")))
                .extracting(JsonNode::asInt)
                .containsExactly(1, 1, 0);
    }

    private static String message(JsonNode learned, String name) {
        JsonNode refusal = learned.path(name);
        assertThat(refusal.has("answered")).as("%s: %s", name, refusal).isFalse();
        return refusal.path("message").asString();
    }

    @Test
    void cpanelLibAdministersBackups() throws Exception {
        Files.createDirectories(work.resolve("server/backup2"));
        JsonNode learned;
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m", "http.tls=auto")) {
            learned =
                    run(
                            daemon,
                            "cpanel-lib.js",
                            Integer.toString(daemon.state().address().getPort()),
                            daemon.state().rootToken(),
                            "alice",
                            "/backup2");
            assertThat(daemon.stop()).isZero();
        }

        assertThat(learned.path("version").asString()).startsWith("11.");
        assertThat(texts(learned.path("accounts")))
                .containsExactlyElementsOf(DemoServer.ACCOUNTS)
                .isEqualTo(texts(learned.path("oldAccounts")));
        assertThat(learned.path("config").path("backup_daily_retention").asInt()).isEqualTo(9);
        assertThat(learned.path("destinations"))
                .anySatisfy(each -> {
                    assertThat(each.path("id")).isEqualTo(learned.path("destination"));
                    assertThat(each.path("name").asString()).isEqualTo("Second & third place");
                });
        assertThat(learned.path("backup").asString()).isEqualTo("succeeded");
        assertThat(learned.path("queued").path("metadata").path("result").asInt()).isOne();
        assertThat(learned.path("pending").get(0).path("user").asString()).isEqualTo("alice");
        assertThat(learned.path("restored").get(0).path("status_info").path("result").asInt())
                .as("restore: %s", learned.path("restored"))
                .isIn(1, 2);
        assertErrors(learned);
    }

    private static void assertErrors(JsonNode learned) {
        assertThat(reason(learned, "unknownFunction"))
                .startsWith("Unknown app (\"no_such_function\"");
        assertThat(reason(learned, "unknownAccount")).contains("“nobodyhere”");
        assertThat(reason(learned, "badValue")).contains("“backuptype”");
        assertThat(learned.path("wrongKey").path("cpanelresult").path("error").asString())
                .isEqualTo("Access denied");
    }

    private static String reason(JsonNode learned, String name) {
        JsonNode metadata = learned.path(name).path("metadata");
        assertThat(metadata.path("result").asInt(-1)).as(name).isZero();
        return metadata.path("reason").asString();
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    private static JsonNode run(DaemonUnderTest daemon, String script, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("node"));
        command.add(SCRIPTS.resolve(script).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(
                        Map.of(
                                "NODE_PATH",
                                MODULES.toAbsolutePath().toString(),
                                "NODE_EXTRA_CA_CERTS",
                                daemon.state().certificate().toString()));
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as("%s: %s", script, output).isZero();
        return JsonMapper.shared().readTree(output);
    }
}
