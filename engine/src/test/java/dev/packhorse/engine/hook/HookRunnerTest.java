package dev.packhorse.engine.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Needs root, for scripts that run as an account.
class HookRunnerTest {
    private static final HookAccount ALICE =
            new HookAccount("alice", new Identity(61_001, 61_002), "/home/alice");

    @TempDir Path folder;
    private final NotedLog log = new NotedLog();
    private HookStore store;
    private Path said;

    @BeforeEach
    void folders() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        makeFolder("opt");
        said = makeFolder("said");
        Files.setPosixFilePermissions(said, PosixFilePermissions.fromString("rwxrwxrwx"));
        store = new HookStore(folder.resolve("hooks.json"));
    }

    private Path makeFolder(String name) throws IOException {
        Path made = Files.createDirectories(folder.resolve(name));
        return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// A script that notes its name and then does the rest.
    private String script(String name, String rest) throws IOException {
        Path file = folder.resolve("opt").resolve(name);
        Files.writeString(
                file, "#!/bin/sh\necho " + name + " >> " + said + "/order\n" + rest + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return "/opt/" + name;
    }

    private static Hook hook(String script, boolean blocking) {
        return new Hook(
                "", "PkgAcct", "Create", "pre", script, "", "", "", "", true, blocking, false, 0);
    }

    private static Hook with(Hook hook, String check, String rollback, boolean escalate) {
        return new Hook(
                hook.id(),
                hook.category(),
                hook.event(),
                hook.stage(),
                hook.script(),
                check,
                rollback,
                "",
                "",
                hook.enabled(),
                hook.blocking(),
                escalate,
                hook.weight());
    }

    private void run() throws Exception {
        run(HookLimits.USUAL, Optional.empty(), Cancellation.never());
    }

    private void run(HookLimits limits, Optional<HookAccount> as, Cancellation cancellation)
            throws Exception {
        new HookRunner(store, new HookScript(folder, limits))
                .run(
                        new HookCall(
                                HookPoint.PACK,
                                "pre",
                                Map.of("user", "alice", "homedir", "/home/alice", "is_backup", 1),
                                as,
                                cancellation),
                        log);
    }

    private List<String> order() throws IOException {
        Path order = said.resolve("order");
        return Files.exists(order) ? Files.readAllLines(order) : List.of();
    }

    @Test
    void aScriptReadsTheEventAndHasAFixedEnvironment() throws Exception {
        String script =
                script("one.sh", "cat > " + said + "/in\n/usr/bin/env > " + said + "/env\n");
        String id = store.add(hook(script, false)).id();

        run();

        String input = Files.readString(said.resolve("in"));
        assertThat(input).endsWith("}\n");
        assertThat(input.lines()).hasSize(1);
        JsonNode read = JsonMapper.builder().build().readTree(input);
        assertThat(read.at("/context/category").asString()).isEqualTo("PkgAcct");
        assertThat(read.at("/context/event").asString()).isEqualTo("Create");
        assertThat(read.at("/context/stage").asString()).isEqualTo("pre");
        assertThat(read.at("/data/user").asString()).isEqualTo("alice");
        assertThat(read.at("/data/homedir").asString()).isEqualTo("/home/alice");
        assertThat(read.at("/data/is_backup").asInt()).isOne();
        assertThat(read.at("/hook/id").asString()).isEqualTo(id);
        assertThat(read.at("/hook/hook").asString()).isEqualTo(script);
        // PWD is the shell's own doing.
        assertThat(Files.readAllLines(said.resolve("env")))
                .filteredOn(line -> !line.startsWith("PWD="))
                .containsExactlyInAnyOrder(
                        "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/root");
        assertThat(log.lines).containsExactly("Hook PkgAcct::Create pre /opt/one.sh done");
    }

    @Test
    void hooksRunByWeightAndOnlyThoseThatAreEnabledAndOfTheStage() throws Exception {
        String first = store.add(hook(script("first.sh", ""), false)).id();
        String second = store.add(hook(script("second.sh", ""), false)).id();
        String off = store.add(hook(script("off.sh", ""), false)).id();
        Hook other = hook(script("other.sh", ""), false);
        store.add(
                new Hook(
                        "",
                        "PkgAcct",
                        "Create",
                        "postFinalize",
                        other.script(),
                        "",
                        "",
                        "",
                        "",
                        true,
                        false,
                        false,
                        0));
        store.reorder(List.of(second, first));
        store.change(
                off,
                hook ->
                        new Hook(
                                hook.id(),
                                hook.category(),
                                hook.event(),
                                hook.stage(),
                                hook.script(),
                                "",
                                "",
                                "",
                                "",
                                false,
                                false,
                                false,
                                hook.weight()));

        run();

        assertThat(order()).containsExactly("second.sh", "first.sh");
    }

    @Test
    void aScriptHasTheRightsOfTheAccountUnlessItIsEscalated() throws Exception {
        String ids = "echo \"1 $(id -u) $(id -g) $(id -G) $HOME $USER\"";
        store.add(hook(script("as.sh", ids), false));
        store.add(with(hook(script("root.sh", ids), false), "", "", true));

        run(HookLimits.USUAL, Optional.of(ALICE), Cancellation.never());

        assertThat(log.lines)
                .containsExactly(
                        "Hook PkgAcct::Create pre /opt/as.sh done: 61001 61002 61002 /home/alice alice",
                        "Hook PkgAcct::Create pre /opt/root.sh done: 0 0 0 /root");
    }

    @Test
    void nothingRunsWithRootsRightsInPlaceOfAnAccounts() throws Exception {
        store.add(hook(script("as.sh", ""), true));
        HookAccount odd = new HookAccount("odd", new Identity(61_001, 0), "/home/odd");

        assertThatThrownBy(() -> run(HookLimits.USUAL, Optional.of(odd), Cancellation.never()))
                .isInstanceOf(HookBlockedException.class)
                .hasMessage("hook /opt/as.sh refused: a hook cannot run as account odd");
        assertThat(order()).isEmpty();
    }

    @Test
    void aFailureIsToldAndTheNextHookRuns() throws Exception {
        store.add(hook(script("bad.sh", "echo '0 no room'"), false));
        store.add(hook(script("good.sh", ""), false));

        run();

        assertThat(order()).containsExactly("bad.sh", "good.sh");
        assertThat(log.lines)
                .containsExactly(
                        "! hook PkgAcct::Create pre /opt/bad.sh failed: no room",
                        "Hook PkgAcct::Create pre /opt/good.sh done");
    }

    @Test
    void aBlockingFailureEndsTheEventAndRollsBackInReverse() throws Exception {
        store.add(with(hook(script("a.sh", ""), false), "", script("undo-a.sh", ""), false));
        store.add(
                with(
                        hook(script("b.sh", "echo BAILOUT disk gone"), true),
                        "",
                        script("undo-b.sh", "exit 1"),
                        false));
        store.add(with(hook(script("c.sh", ""), false), "", script("undo-c.sh", ""), false));

        assertThatThrownBy(this::run)
                .isInstanceOf(HookBlockedException.class)
                .hasMessage("hook /opt/b.sh refused: BAILOUT disk gone");

        assertThat(order()).containsExactly("a.sh", "b.sh", "undo-b.sh", "undo-a.sh");
        assertThat(log.lines).contains("! hook rollback of /opt/undo-b.sh failed: exit code 1");
    }

    @Test
    void aCheckThatFailsCountsAsTheHooksFailure() throws Exception {
        store.add(
                with(
                        hook(script("a.sh", ""), true),
                        script("check.sh", "echo '0 not frozen'"),
                        "",
                        false));

        assertThatThrownBy(this::run).hasMessage("hook /opt/a.sh refused: not frozen");
        assertThat(order()).containsExactly("a.sh", "check.sh");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "writable",
                "folder",
                "link",
                "owner",
                "mode",
                "missing",
                "relative",
                "dots"
            })
    void aFileThatOthersCouldChangeIsNotRun(String fault) throws Exception {
        String script = script("one.sh", "");
        Path file = folder.resolve("opt/one.sh");
        store.add(
                hook(
                        fault.equals("relative")
                                ? "opt/one.sh"
                                : fault.equals("dots") ? "/opt/../opt/one.sh" : script,
                        true));
        switch (fault) {
            case "writable" ->
                    Files.setPosixFilePermissions(
                            file, PosixFilePermissions.fromString("rwxrwxr-x"));
            case "folder" ->
                    Files.setPosixFilePermissions(
                            file.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
            case "link" -> {
                Files.move(file, folder.resolve("opt/real.sh"));
                Files.createSymbolicLink(file, Path.of("real.sh"));
            }
            case "owner" -> Files.setAttribute(file, "unix:uid", 61_001);
            case "mode" ->
                    Files.setPosixFilePermissions(
                            file, PosixFilePermissions.fromString("rw-r--r--"));
            case "missing" -> Files.delete(file);
            default -> assertThat(fault).isIn("relative", "dots");
        }

        assertThatThrownBy(this::run).isInstanceOf(HookBlockedException.class);
        assertThat(order()).isEmpty();
    }

    @Test
    void aScriptThatHangsIsEndedWithItsChildren() throws Exception {
        store.add(hook(script("hang.sh", "sleep 600 &\necho $! > " + said + "/pid\nwait\n"), true));

        assertThatThrownBy(() ->
                        run(
                                HookLimits.USUAL.withTime(Duration.ofSeconds(1)),
                                Optional.empty(),
                                Cancellation.never()))
                .isInstanceOf(HookBlockedException.class)
                .hasMessageContaining("/opt/hang.sh");
        long pid = Long.parseLong(Files.readString(said.resolve("pid")).strip());
        // It may stay in the table of processes until its new parent looks.
        Eventually.holds(
                "the child's end",
                () -> {
                    Path stat = Path.of("/proc/" + pid + "/stat");
                    try {
                        return !Files.exists(stat) || Files.readString(stat).contains(") Z ");
                    } catch (IOException _) {
                        return true;
                    }
                });
    }

    @Test
    void aScriptThatFloodsIsEnded() throws Exception {
        store.add(hook(script("flood.sh", "exec cat /dev/zero"), true));

        assertThatThrownBy(this::run)
                .hasMessageEndingWith("wrote more than 1048576 bytes and was ended");
    }

    @Test
    void aCancelledEventEndsItsScript() throws Exception {
        CancellationSource source = new CancellationSource();
        store.add(hook(script("hang.sh", "exec sleep 600"), true));
        Thread.ofVirtual()
                .start(() -> {
                    while (!Files.exists(said.resolve("order"))) {
                        Thread.onSpinWait();
                    }
                    source.request();
                });

        assertThatThrownBy(() -> run(HookLimits.USUAL, Optional.empty(), source))
                .isInstanceOf(CancelledException.class);
    }

    @Test
    void hooksThatCannotBeReadEndAnEventThatCouldBeForbidden() throws Exception {
        Files.writeString(folder.resolve("hooks.json"), "{\"hooks\": [{]");

        assertThatThrownBy(this::run)
                .isInstanceOf(HookBlockedException.class)
                .hasMessageContaining("the hooks cannot be read");
    }

    @Test
    void aFileOfAnEarlierVersionHasNoEscalation() throws Exception {
        store.add(with(hook(script("one.sh", ""), false), "", "", true));
        Path file = folder.resolve("hooks.json");
        Files.writeString(
                file, Files.readString(file).replaceAll("\"escalate\"\\s*:\\s*true\\s*,", ""));

        assertThat(store.list()).singleElement().extracting(Hook::escalate).isEqualTo(false);
    }
}
