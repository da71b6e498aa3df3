package dev.packhorse.engine.hook;

import dev.packhorse.engine.rootfile.UntrustedPathException;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Runs the hooks of an event, by weight. A hook that fails is told in the log and the next one
/// runs; one that blocks ends the event: the rollback scripts of those that ran, the failed one
/// among them, run in reverse order. Safe for many threads.
///
/// Source: whmapi1-protocol 12.1; cPanel, Guide to Standardized Hooks, "Exceptions".
public final class HookRunner {
    private final HookStore store;
    private final HookScript scripts;

    public HookRunner(HookStore store, HookScript scripts) {
        this.store = store;
        this.scripts = scripts;
    }

    /// What single scripts are run with, for those that are no hooks.
    public HookScript scripts() {
        return scripts;
    }

    /// Runs the enabled hooks of the stage.
    ///
    /// @param log told what each of them said
    /// @throws HookBlockedException if one that blocks failed, or if the hooks of a stage that can
    ///   be blocked cannot be read
    /// @throws CancelledException if the event was cancelled meanwhile
    public void run(HookCall call, SessionLog log) throws HookBlockedException, CancelledException {
        Deque<Hook> ran = new ArrayDeque<>();
        for (Hook hook : hooks(call, log)) {
            ran.push(hook);
            Optional<String> failure = runOne(hook, call, log);
            if (failure.isPresent() && hook.blocking() && call.point().blocks(call.stage())) {
                rollBack(ran, call, log);
                throw new HookBlockedException(
                        "hook " + hook.script() + " refused: " + failure.get(), null);
            }
        }
    }

    private List<Hook> hooks(HookCall call, SessionLog log) throws HookBlockedException {
        try {
            return store.list().stream().filter(hook -> isOf(hook, call)).toList();
        } catch (IOException e) {
            String message = "the hooks cannot be read: " + e.getMessage();
            if (call.point().blocks(call.stage())) {
                throw new HookBlockedException(message, e);
            }
            log.warn(message);
            return List.of();
        }
    }

    private static boolean isOf(Hook hook, HookCall call) {
        return hook.enabled()
                && hook.eventName().equals(call.point().name())
                && hook.stage().equals(call.stage());
    }

    /// @return why it failed, empty if it worked
    private Optional<String> runOne(Hook hook, HookCall call, SessionLog log)
            throws CancelledException {
        String title = call.point().name() + " " + call.stage() + " ";
        Optional<String> failure = runScript(title, hook, hook.script(), call, log);
        return failure.isEmpty() && !hook.check().isEmpty()
                ? runScript("check of " + title, hook, hook.check(), call, log)
                : failure;
    }

    private void rollBack(Deque<Hook> ran, HookCall call, SessionLog log)
            throws CancelledException {
        for (Hook hook : ran) {
            if (!hook.rollback().isEmpty()) {
                // A rollback that fails is told; the others still have their own to undo.
                var _ = runScript("rollback of ", hook, hook.rollback(), call, log);
            }
        }
    }

    private Optional<String> runScript(
            String title, Hook hook, String script, HookCall call, SessionLog log)
            throws CancelledException {
        HookAnswer answer = answer(hook, script, call);
        String words = answer.message().isEmpty() ? "" : ": " + answer.message();
        if (answer.worked()) {
            log.line("Hook " + title + script + " done" + words);
            return Optional.empty();
        }
        log.warn("hook " + title + script + " failed" + words);
        return Optional.of(answer.message().isEmpty() ? "no reason given" : answer.message());
    }

    private HookAnswer answer(Hook hook, String script, HookCall call) throws CancelledException {
        Optional<HookAccount> account = hook.escalate() ? Optional.empty() : call.account();
        try {
            HookScript.Ended ended =
                    scripts.run(script, HookInput.of(hook, call), account, call.cancellation());
            return HookAnswer.read(ended.exitCode(), ended.output(), ended.errors());
        } catch (CancelledException e) {
            throw e;
        } catch (NoSuchFileException _) {
            return new HookAnswer(false, "there is no file " + script);
        } catch (UntrustedPathException e) {
            return new HookAnswer(false, "it is not run: " + e.getMessage());
        } catch (IOException e) {
            return new HookAnswer(false, String.valueOf(e.getMessage()));
        }
    }
}
