package dev.packhorse.engine.hook;

import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.process.ChildProcess;
import dev.packhorse.engine.process.ChildResult;
import dev.packhorse.engine.process.ProgramFinder;
import dev.packhorse.engine.rootfile.TrustedPath;
import dev.packhorse.transport.spi.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Runs one script of root's, as root or as an account: without a shell, with a fixed environment,
/// in a process group of its own, within limits. Right before each run the file and every folder on
/// the way are looked at: all must belong to root and be writable for nobody else, and there must
/// be no link. Safe for many threads.
public final class HookScript {
    private static final int KEPT_BYTES = 64 * 1024;

    private final Path root;
    private final HookLimits limits;

    /// @param root the host's root folder
    public HookScript(Path root, HookLimits limits) {
        this.root = root;
        this.limits = limits;
    }

    /// How a script ended by itself.
    ///
    /// @param exitCode 128 and the signal's number if a signal ended it
    /// @param output the first 64 KiB of its standard output
    /// @param errors the end of its standard error, one line
    public record Ended(int exitCode, String output, String errors) {}

    /// Runs it to its end.
    ///
    /// @param script its absolute path on the host
    /// @param input what it reads
    /// @param account whose rights it has, empty for root's
    /// @throws java.nio.file.NoSuchFileException if there is no such file
    /// @throws dev.packhorse.engine.rootfile.UntrustedPathException if others could change it
    /// @throws dev.packhorse.transport.spi.CancelledException if it was cancelled
    /// @throws IOException if it cannot be run, or was killed for a limit
    public Ended run(
            String script, String input, Optional<HookAccount> account, Cancellation cancellation)
            throws IOException {
        Path file = new TrustedPath(root).regularFile(script);
        if (!Files.isExecutable(file)) {
            throw new IOException(script + " is not executable: chmod 755 " + script);
        }
        Output output = new Output(script, limits.outputBytes());
        ChildResult result =
                process(file, account)
                        .withLimits(limits.time(), limits.time())
                        .withCancellation(cancellation)
                        .run(
                                stream -> stream.write(input.getBytes(StandardCharsets.UTF_8)),
                                output::take);
        return new Ended(result.exitCode(), output.text(), result.errorSummary());
    }

    private static ChildProcess process(Path file, Optional<HookAccount> account)
            throws IOException {
        Identity own = Identity.ofProcess();
        if (account.isEmpty() || account.get().identity().equals(own)) {
            return ChildProcess.of(file, List.of())
                    .withEnvironment("HOME", account.map(HookAccount::home).orElse("/root"));
        }
        HookAccount user = account.get();
        if (user.identity().isRoot() || user.identity().gid() == 0 || !own.isRoot()) {
            throw new IOException("a hook cannot run as account " + user.name());
        }
        return ChildProcess.of(
                        ProgramFinder.system().require("setpriv"),
                        List.of(
                                "--reuid=" + user.identity().uid(),
                                "--regid=" + user.identity().gid(),
                                "--clear-groups",
                                "--inh-caps=-all",
                                file.toString()))
                .withEnvironment("HOME", user.home())
                .withEnvironment("USER", user.name())
                .withEnvironment("LOGNAME", user.name());
    }

    /// Keeps the beginning, and ends a script that floods.
    private static final class Output {
        private final String script;
        private final long limit;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private long total;

        Output(String script, long limit) {
            this.script = script;
            this.limit = limit;
        }

        void take(byte[] bytes, int offset, int length) throws IOException {
            total += length;
            if (total > limit) {
                throw new IOException(
                        script + " wrote more than " + limit + " bytes and was ended");
            }
            kept.write(bytes, offset, Math.min(length, KEPT_BYTES - kept.size()));
        }

        String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }
}
