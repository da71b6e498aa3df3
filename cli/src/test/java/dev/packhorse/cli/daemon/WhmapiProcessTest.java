package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `whmapi1` as a process, over the daemon's socket file and over its port.
class WhmapiProcessTest {
    private static final String[] FORMS = {"yaml", "json", "jsonpretty"};

    @TempDir private Path work;

    /// How a command ended, and what it said.
    private record Ended(int code, String out, String err) {}

    @Test
    void socketAndPortAnswerAlikeAndADeadDaemonIsNamed() throws Exception {
        DemoServer.write(work.resolve("server"), 5);
        Path socket = work.resolve("state/api.sock");
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "128m")) {
            assertThat(socket).exists();
            List<String> overSocket = answers(daemon);
            // The file is there, but nobody can get to it: the port serves instead.
            Files.move(socket, work.resolve("hidden"));
            assertThat(answers(daemon)).isEqualTo(overSocket);
            Files.move(work.resolve("hidden"), socket);
            assertFormsAreTrue(daemon, overSocket);
            assertFailuresAreNamed(daemon);
            daemon.kill();
            assertThat(socket).as("left by the kill").exists();
            Ended dead = whmapi1(daemon, "", "version");
            assertThat(dead.code()).isEqualTo(4);
            assertThat(dead.err()).contains("the daemon at http://127.0.0.1:", "does not answer");
        }
        try (DaemonUnderTest again = DaemonUnderTest.start(work, "128m")) {
            assertThat(whmapi1(again, "", "version").out()).startsWith("---\ndata:\n  version: ");
            assertThat(again.stop()).isZero();
        }
        assertThat(socket).doesNotExist();
    }

    private static List<String> answers(DaemonUnderTest daemon) throws Exception {
        List<String> answers = new ArrayList<>();
        for (String form : FORMS) {
            answers.add(good(daemon, "--output=" + form, "applist"));
            answers.add(good(daemon, "--output=" + form, "listaccts"));
        }
        answers.add(good(daemon, "no_such_function"));
        return answers;
    }

    private static String good(DaemonUnderTest daemon, String... words) throws Exception {
        Ended ended = whmapi1(daemon, "", words);
        assertThat(ended.code()).as(ended.err()).isZero();
        return ended.out();
    }

    /// What the library would print, which scripts have relied on.
    private static void assertFormsAreTrue(DaemonUnderTest daemon, List<String> answers)
            throws Exception {
        JsonNode accounts = daemon.call("listaccts", new Parameters());
        JsonNode json = JsonMapper.shared().readTree(answers.get(3));
        assertThat(json.path("data")).isEqualTo(accounts).isNotEmpty();
        assertThat(answers.get(3)).isEqualTo(json + "\n");
        assertThat(answers.get(5))
                .isEqualTo(
                        JsonMapper.builder()
                                        .enable(SerializationFeature.INDENT_OUTPUT)
                                        .build()
                                        .writeValueAsString(json)
                                + "\n");
        assertThat(good(daemon, "-o", "xml", "--user=root", "version"))
                .startsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<result><data><version>")
                .endsWith("</metadata></result>\n");
        assertThat(whmapi1(daemon, "", "--user=rita", "version").code()).isEqualTo(2);
        assertThat(answers.get(6)).contains("result: 0", "Unknown app (\"no_such_function\")");
    }

    private static void assertFailuresAreNamed(DaemonUnderTest daemon) throws Exception {
        Ended input = whmapi1(daemon, "{\"user\":[\"alice\"]}", "--input=json", "accountsummary");
        assertThat(input.out()).contains("user: alice", "result: 1");
        Ended damaged = whmapi1(daemon, "{\"user\":", "--input=json", "accountsummary");
        assertThat(damaged.code()).isEqualTo(2);
        assertThat(damaged.err()).contains("standard input is not JSON: it ends too early");
        Path token = daemon.state().path().resolve("root.token");
        String right = Files.readString(token);
        Files.writeString(token, "WRONG\n");
        Ended refused = whmapi1(daemon, "", "version");
        Files.writeString(token, right);
        assertThat(refused.code()).isEqualTo(12);
        assertThat(refused.err()).contains("the daemon refuses our token");
    }

    private static Ended whmapi1(DaemonUnderTest daemon, String input, String... words)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", onlyOurs()));
        command.add("dev.packhorse.cli.Whmapi1");
        command.add("--state=" + daemon.state().path());
        command.addAll(List.of(words));
        Path err = Files.createTempFile("whmapi1", ".err");
        Process process =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.to(err.toFile()))
                        .start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        String said = Files.readString(err);
        Files.delete(err);
        return new Ended(process.exitValue(), out, said);
    }

    /// The command's own classes and no library, as `bin/whmapi1` starts it.
    private static String onlyOurs() throws IOException {
        try {
            return Path.of(
                            dev.packhorse.cli.Packhorse.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI())
                    .toString();
        } catch (java.net.URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
