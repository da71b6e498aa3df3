package dev.packhorse.engine.process;

import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A program to run with its arguments, environment and limits. Immutable; every `with` method
/// gives a changed copy.
///
/// The program is started directly, never through a shell, in a session and process group of its
/// own, with the given environment and no other variables than `PATH`, `LC_ALL` and `HOME`.
/// Whatever ends the run early (a limit, a cancellation, a failing input or output) kills the whole
/// group. Secrets must not be put into arguments or the environment: other users can read both.
///
/// @param program the absolute path
/// @param arguments what follows it
/// @param environment variables besides the fixed ones
/// @param folder the working folder
/// @param idleLimit how long the child may neither take input nor give output
/// @param totalLimit how long it may run
/// @param cancellation ends it
public record ChildProcess(
        Path program,
        List<String> arguments,
        Map<String, String> environment,
        Path folder,
        Duration idleLimit,
        Duration totalLimit,
        Cancellation cancellation) {
    private static final Duration DEFAULT_IDLE = Duration.ofMinutes(5);
    private static final Duration DEFAULT_TOTAL = Duration.ofHours(1);

    public ChildProcess {
        if (!program.isAbsolute()) {
            throw new IllegalArgumentException("program path is not absolute: " + program);
        }
        arguments = List.copyOf(arguments);
        for (String argument : arguments) {
            if (argument.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("an argument of " + program + " holds NUL");
            }
        }
        environment = Map.copyOf(environment);
    }

    /// A program with arguments; five minutes of idleness and one hour in all are allowed.
    public static ChildProcess of(Path program, List<String> arguments) {
        return new ChildProcess(
                program,
                arguments,
                Map.of(),
                Path.of("/"),
                DEFAULT_IDLE,
                DEFAULT_TOTAL,
                Cancellation.never());
    }

    public ChildProcess withEnvironment(String name, String value) {
        Map<String, String> changed = new TreeMap<>(environment);
        changed.put(name, value);
        return new ChildProcess(
                program, arguments, changed, folder, idleLimit, totalLimit, cancellation);
    }

    public ChildProcess withFolder(Path changed) {
        return new ChildProcess(
                program, arguments, environment, changed, idleLimit, totalLimit, cancellation);
    }

    public ChildProcess withLimits(Duration idle, Duration total) {
        return new ChildProcess(program, arguments, environment, folder, idle, total, cancellation);
    }

    public ChildProcess withCancellation(Cancellation changed) {
        return new ChildProcess(
                program, arguments, environment, folder, idleLimit, totalLimit, changed);
    }

    /// Runs the program to its end. The output is given to `output` on this thread.
    ///
    /// @return how it ended, whatever the exit code
    /// @throws ChildLimitException if a limit was exceeded
    /// @throws dev.packhorse.transport.spi.CancelledException if it was cancelled
    /// @throws IOException if it cannot be started; failures of input and output come through as
    ///   they are. The child and its group are gone in every case.
    public ChildResult run(ChildInput input, ChildOutput output) throws IOException {
        cancellation.check();
        return new ChildRun(this).run(input, output);
    }

    List<String> commandLine(Path setsid) {
        List<String> line = new ArrayList<>();
        line.add(setsid.toString());
        line.add(program.toString());
        line.addAll(arguments);
        return line;
    }
}
