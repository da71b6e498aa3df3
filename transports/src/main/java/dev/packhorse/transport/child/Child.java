package dev.packhorse.transport.child;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.watch.CallLimits;
import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/// Runs a program to its end. A child that takes too long, or is cancelled, is killed with all that
/// it started; what a child leaves running behind itself is killed too, since nobody would end it.
public final class Child {
    private static final int BLOCK = 1 << 13;
    private static final int KEPT_ERRORS = 4096;

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
        CompletableFuture<String> errors = async(() -> errorsOf(process));
        CompletableFuture<Long> copying =
                async(() -> {
                    try (InputStream in = process.getInputStream()) {
                        return in.transferTo(output);
                    } catch (IOException e) {
                        session.kill();
                        throw e;
                    }
                });
        int exitCode = join(async(process::waitFor));
        // A grandchild may still hold the pipes.
        session.kill();
        join(copying);
        return new ChildResult(exitCode, join(errors));
    }

    /// The last of what a child wrote.
    private static String errorsOf(Process process) throws IOException {
        byte[] kept = new byte[0];
        byte[] block = new byte[BLOCK];
        try (InputStream in = process.getErrorStream()) {
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                byte[] all = Arrays.copyOf(kept, kept.length + count);
                System.arraycopy(block, 0, all, kept.length, count);
                kept = Arrays.copyOfRange(all, Math.max(0, all.length - KEPT_ERRORS), all.length);
            }
        }
        return new String(kept, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}+", " ").strip();
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
