package dev.packhorse.engine.job;

import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.hook.HookBlockedException;
import dev.packhorse.engine.hook.HookCall;
import dev.packhorse.engine.hook.HookPoint;
import dev.packhorse.engine.hook.HookRunner;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The hooks around the modules of a restore. A restore that goes on after its worker died begins
/// with them again.
record RestoreHooks(HookRunner runner) {
    /// What lies between the hooks.
    @FunctionalInterface
    interface Work {
        RestoreResult run() throws IOException, LeaseLostException;
    }

    /// Runs the hooks of `pre`, the work, and those of `post`: however the work ended, but not when
    /// it is handed to another worker.
    ///
    /// @throws IOException if a hook forbids the restore, before anything was touched; and what the
    ///   work throws
    RestoreResult around(RestoreContext restore, JobContext job, Work work)
            throws IOException, LeaseLostException {
        call("pre", restore, Map.of(), restore.cancellation());
        try {
            RestoreResult result = work.run();
            post(restore, result.result(), result.message());
            return result;
        } catch (CancelledException e) {
            if (!job.isStopping()) {
                post(restore, 0, "stopped");
            }
            throw e;
        } catch (IOException e) {
            post(restore, 0, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private void post(RestoreContext restore, int result, String message) throws IOException {
        call("post", restore, Map.of("result", result, "message", message), Cancellation.never());
    }

    private void call(
            String stage,
            RestoreContext restore,
            Map<String, Object> further,
            Cancellation cancellation)
            throws IOException {
        Map<String, Object> data = new HashMap<>(further);
        data.put("user", restore.account().value());
        data.put("restricted", restore.restricted() ? 1 : 0);
        try {
            runner.run(
                    new HookCall(HookPoint.RESTORE, stage, data, Optional.empty(), cancellation),
                    restore.log());
        } catch (HookBlockedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
