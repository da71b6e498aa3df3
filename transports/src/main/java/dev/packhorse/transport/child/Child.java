package dev.packhorse.transport.child;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.watch.CallLimits;
import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Runs a program to its end. A child that takes too long, or is cancelled, is killed with all that
/// it started; what a child leaves running behind itself is killed too, since nobody would end it.
public final class Child {
    private static final long LONGEST_WAIT_SECONDS = 5;

    private Child() {}

    /// Runs it.
    ///
    /// @param operation what it is for, as `put a/b`
    /// @param limit how long it may run, whatever it prints
    /// @param output takes what it prints; failures of it end the child
    /// @return how it ended, whatever the exit code
    /// @throws dev.packhorse.transport.spi.TransportException `TIMED_OUT` after the limit
    /// @throws dev.packhorse.transport.spi.CancelledException after the cancellation was requested
    /// @throws IOException if it cannot be started, or the output fails
    public static ChildResult run(
            String operation,
            ChildCommand command,
            Duration limit,
            OutputStream output,
            Cancellation cancellation)
            throws IOException {
        return run(operation, command, CallLimits.idle(limit), _ -> output, cancellation);
    }

    /// Runs it as long as it makes progress.
    ///
    /// @param operation what it is for, as `put a/b`
    /// @param output makes what takes the child's output; it tells the watch of progress
    /// @return how it ended, whatever the exit code
    /// @throws dev.packhorse.transport.spi.TransportException `TIMED_OUT` after a stand-still
    /// @throws dev.packhorse.transport.spi.CancelledException after the cancellation was requested
    /// @throws IOException if it cannot be started, or the output fails
    public static ChildResult run(
            String operation,
            ChildCommand command,
            CallLimits limits,
            Function<CallWatch, OutputStream> output,
            Cancellation cancellation)
            throws IOException {
        cancellation.check();
        Process process = inPlatformThread(() -> command.inOwnSession().start());
        ChildSession session = new ChildSession(process);
        try (CallWatch watch = new CallWatch(limits, cancellation, session::kill)) {
            try {
                ChildResult result = serve(process, session, output.apply(watch));
                cancellation.check();
                throwIfStopped(operation, watch);
                return result;
            } catch (IOException e) {
                session.kill();
                throw watch.explain(operation, e);
            }
        }
    }

    private static void throwIfStopped(String operation, CallWatch watch) throws IOException {
        IOException none = new IOException("the program was ended");
        IOException reason = watch.explain(operation, none);
        if (!reason.equals(none)) {
            throw reason;
        }
    }

    private static ChildResult serve(Process process, ChildSession session, OutputStream output)
            throws IOException {
        process.getOutputStream().close();
        LastErrors errors = new LastErrors(process.getErrorStream());
        CompletableFuture<Boolean> allErrors = async(errors::readAll);
        ShutOutput gate = new ShutOutput(output);
        CompletableFuture<Boolean> copying =
                async(() -> {
                    try (InputStream in = process.getInputStream()) {
                        in.transferTo(gate);
                        return true;
                    } catch (IOException e) {
                        if (!gate.isShut()) {
                            session.kill();
                        }
                        throw e;
                    }
                });
        int exitCode = join(async(process::waitFor));
        // A grandchild may still hold the pipes.
        session.kill();
        boolean whole = isCopied(copying, gate);
        return new ChildResult(exitCode, textOf(errors, allErrors), whole);
    }

    /// What has left the session is not killed, and holds the pipe for as long as it likes; all
    /// that the child itself wrote has come by then. The thread that reads on ends with it.
    private static boolean isCopied(CompletableFuture<Boolean> copying, ShutOutput gate)
            throws IOException {
        boolean whole =
                join(copying.completeOnTimeout(false, LONGEST_WAIT_SECONDS, TimeUnit.SECONDS));
        if (!whole) {
            gate.shut();
        }
        return whole;
    }

    /// A process that is no child of the child may hold the pipe as well, as an ssh does that
    /// others go through; it is not waited for.
    private static String textOf(LastErrors errors, CompletableFuture<Boolean> all)
            throws IOException {
        if (!join(all.completeOnTimeout(false, LONGEST_WAIT_SECONDS, TimeUnit.SECONDS))) {
            return errors.text() + " (and perhaps more)";
        }
        return errors.text();
    }

    /// Children are started and waited for by threads of the system's own kind.
    static <R> R inPlatformThread(Work<R> work) throws IOException {
        return join(async(work));
    }

    private static <R> CompletableFuture<R> async(Work<R> work) {
        CompletableFuture<R> done = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("transport-child")
                .daemon(true)
                .start(() -> {
                    try {
                        done.complete(work.run());
                    } catch (IOException | InterruptedException | RuntimeException | Error e) {
                        done.completeExceptionally(e);
                    }
                });
        return done;
    }

    private static <R> R join(CompletableFuture<R> work) throws IOException {
        try {
            return work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException("the program could not be served", e.getCause());
        }
    }

    interface Work<R> {
        R run() throws IOException, InterruptedException;
    }
}
