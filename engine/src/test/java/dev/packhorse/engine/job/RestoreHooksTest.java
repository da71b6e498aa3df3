package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreOptions;
import dev.packhorse.engine.hook.Hook;
import dev.packhorse.engine.hook.HookLimits;
import dev.packhorse.engine.hook.HookRunner;
import dev.packhorse.engine.hook.HookScript;
import dev.packhorse.engine.hook.HookStore;
import dev.packhorse.engine.hook.NotedLog;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Needs root.
class RestoreHooksTest {
    private static final RestoreResult DONE =
            new RestoreResult(
                    2, "one warning", List.of(), List.of(), List.of(), List.of(), Map.of());

    @TempDir Path root;
    private final NotedLog log = new NotedLog();
    private final CancellationSource cancellation = new CancellationSource();
    private HookStore store;
    private RestoreHooks hooks;

    @BeforeEach
    void scripts() throws IOException {
        store = new HookStore(root.resolve("hooks.json"));
        hooks = new RestoreHooks(new HookRunner(store, new HookScript(root, HookLimits.USUAL)));
        add("pre", "cat > " + root + "/pre.json");
        add("post", "cat > " + root + "/post.json");
    }

    private void add(String stage, String rest) throws IOException {
        Path folder = Files.createDirectories(root.resolve("opt"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        String name = stage + store.list().size();
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + rest + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        store.add(
                new Hook(
                        "",
                        "Packhorse",
                        "Restore",
                        stage,
                        "/opt/" + name,
                        "",
                        "",
                        "",
                        "",
                        true,
                        stage.equals("pre"),
                        false,
                        0));
    }

    private RestoreResult around(RestoreHooks.Work work) throws Exception {
        HostRoot host = new HostRoot(root);
        AccountName alice = new AccountName("alice");
        RestoreContext context =
                new RestoreContext(
                        alice,
                        new ArchiveFacts(
                                alice, "alice", "0", 0, 0, 0, 0, false, Set.of(), List.of()),
                        new HostServices(
                                host, new CpanelAccountDirectory(host), "x", Optional.empty()),
                        RestoreOptions.ALL,
                        true,
                        root,
                        log,
                        cancellation);
        return hooks.around(
                context,
                TestJob.of(
                        JobId.random(),
                        JobKind.RESTORE,
                        "alice",
                        Map.of(),
                        Instant.EPOCH,
                        Cancellation.never()),
                work);
    }

    private String said(String stage) throws IOException {
        return Files.readString(root.resolve(stage + ".json"));
    }

    @Test
    void hooksRunBeforeAndAfterWithWhatIsKnownThen() throws Exception {
        RestoreResult result =
                around(() -> {
                    assertThat(said("pre")).contains("\"user\":\"alice\"", "\"restricted\":1");
                    assertThat(root.resolve("post.json")).doesNotExist();
                    return DONE;
                });
        assertThat(result).isEqualTo(DONE);
        assertThat(said("post")).contains("\"result\":2", "\"message\":\"one warning\"");
    }

    @Test
    void aHookCanForbidTheRestore() throws Exception {
        add("pre", "echo 0 not today");
        assertThatThrownBy(() ->
                        around(() -> {
                            throw new AssertionError("the restore began");
                        }))
                .isInstanceOf(IOException.class)
                .hasMessage("hook /opt/pre2 refused: not today");
        assertThat(root.resolve("post.json")).doesNotExist();
    }

    @Test
    void aFailureAndAStopAreToldToo() throws Exception {
        assertThatThrownBy(() ->
                        around(() -> {
                            throw new IOException("the disk is full");
                        }))
                .hasMessage("the disk is full");
        assertThat(said("post")).contains("\"result\":0", "the disk is full");

        assertThatThrownBy(() ->
                        around(() -> {
                            cancellation.request();
                            cancellation.check();
                            return DONE;
                        }))
                .isInstanceOf(CancelledException.class);
        assertThat(said("post")).contains("\"message\":\"stopped\"");
    }
}
