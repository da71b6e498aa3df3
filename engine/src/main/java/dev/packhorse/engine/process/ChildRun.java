package dev.packhorse.engine.process;

import dev.packhorse.transport.spi.Cancellation;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One execution of a [ChildProcess]: three threads (input, error text, watch) besides the
/// caller's, which takes the output.
final class ChildRun {
    private static final int BLOCK_BYTES = 64 * 1024;

    private final ChildProcess what;
    private final ErrorTail errors = new ErrorTail();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private final ChildWatch watch;

    ChildRun(ChildProcess what) {
        this.what = what;
        this.watch = new ChildWatch(what);
    }

    ChildResult run(ChildInput input, ChildOutput output) throws IOException {
        long begin = System.nanoTime();
        Process process = start();
        ProcessTree tree = new ProcessTree(process);
        try (Cancellation.Registration _ = what.cancellation().onRequest(tree::kill)) {
            CompletableFuture<Void> feeding = async(() -> feed(process, tree, input));
            CompletableFuture<Void> listening = async(() -> listen(process));
            CompletableFuture<Void> watching = async(() -> watch.run(tree));
            take(process, tree, output);
            process.onExit().join();
            // The JDK may have ended both pipes although a grandchild holds them; nobody would end
            // it.
            tree.killRemains();
            // The watch goes on until all pipes are closed: the JDK ends the output of a child that
            // has exited even where a grandchild holds the pipe, but not a read of its errors.
            join(feeding);
            join(listening);
            watch.stop();
            join(watching);
        } finally {
            tree.kill();
            watch.stop();
        }
        what.cancellation().check();
        throwFailure();
        Duration duration = Duration.ofNanos(System.nanoTime() - begin);
        return new ChildResult(process.exitValue(), errors.text(), duration);
    }

    private Process start() throws IOException {
        if (!Files.isExecutable(what.program())) {
            throw new IOException("no executable program " + what.program());
        }
        ProcessBuilder builder =
                new ProcessBuilder(what.commandLine(ProgramFinder.system().require("setsid")));
        builder.directory(what.folder().toFile());
        var environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("HOME", "/nonexistent");
        environment.putAll(what.environment());
        return builder.start();
    }

    private void feed(Process process, ProcessTree tree, ChildInput input) {
        Input stream = new Input(process.getOutputStream(), watch);
        try {
            input.writeTo(stream);
        } catch (IOException e) {
            if (!stream.isBroken()) {
                fail(e, tree);
            }
        } catch (RuntimeException | Error e) {
            fail(new IOException("input of " + name() + " failed: " + e, e), tree);
        } finally {
            stream.finish();
        }
    }

    private void listen(Process process) {
        byte[] block = new byte[8 * 1024];
        try (InputStream in = process.getErrorStream()) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                errors.add(block, n);
                watch.moved();
            }
        } catch (IOException _) {
            // The stream was closed under us because the child was killed; what it said is kept.
            watch.moved();
        }
    }

    private void take(Process process, ProcessTree tree, ChildOutput output) {
        byte[] block = new byte[BLOCK_BYTES];
        try (InputStream in = process.getInputStream()) {
            for (int n = read(in, block); n >= 0; n = read(in, block)) {
                watch.pause();
                output.accept(block, 0, n);
                watch.resume();
            }
        } catch (IOException e) {
            fail(e, tree);
        } catch (RuntimeException | Error e) {
            tree.kill();
            watch.stop();
            throw e;
        }
    }

    /// A read error of the pipe is its end: whether the child did its work is told by its exit
    /// code, by the limits or by the cancellation, not by the pipe.
    private static int read(InputStream in, byte[] block) {
        try {
            return in.read(block);
        } catch (IOException _) {
            return -1;
        }
    }

    private void fail(IOException cause, ProcessTree tree) {
        failure.compareAndSet(null, cause);
        tree.kill();
    }

    private void throwFailure() throws IOException {
        ChildLimitException exceeded = watch.exceeded();
        if (exceeded != null) {
            throw exceeded;
        }
        IOException cause = failure.get();
        if (cause != null) {
            throw cause;
        }
    }

    private String name() {
        return String.valueOf(what.program().getFileName());
    }

    private static CompletableFuture<Void> async(Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        // Not virtual ones: reading a pipe blocks the thread underneath, and there are few of
        // those.
        Thread.ofPlatform()
                .name("child")
                .daemon(true)
                .start(() -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (RuntimeException | Error e) {
                        done.completeExceptionally(e);
                    }
                });
        return done;
    }

    private static void join(CompletableFuture<Void> work) throws IOException {
        try {
            work.join();
        } catch (CompletionException e) {
            throw new IOException("child process could not be served: " + e.getCause(), e);
        }
    }

    /// The child's input. Remembers that the child hung up, which is no failure of the source.
    private static final class Input extends FilterOutputStream {
        private final ChildWatch watch;
        private boolean broken;

        Input(OutputStream out, ChildWatch watch) {
            super(out);
            this.watch = watch;
        }

        boolean isBroken() {
            return broken;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                broken = true;
                throw e;
            }
            watch.moved();
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                broken = true;
                throw e;
            }
        }

        @Override
        public void close() {
            // The run closes it, after the source has ended well or the child was killed.
        }

        void finish() {
            try {
                out.close();
            } catch (IOException _) {
                // The child is gone; its exit code tells what happened.
                broken = true;
            }
        }
    }
}
