package dev.packhorse.engine.component.account;

import dev.packhorse.engine.process.ChildInput;
import dev.packhorse.engine.process.ChildOutput;
import dev.packhorse.engine.process.ChildProcess;
import dev.packhorse.engine.process.ChildResult;
import dev.packhorse.engine.process.ProgramFinder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Runs the short administration programs of the running system.
final class HostProgram {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final int LONGEST = 300;

    private HostProgram() {}

    /// Runs a program to its end.
    ///
    /// @param names of the program, the preferred one first
    /// @throws IOException if it is not there, or fails; the message has its last error line
    static void run(List<String> names, List<String> arguments, ChildInput input)
            throws IOException {
        run(names, arguments, input, Set.of(0));
    }

    /// Runs a program to its end, of which some exit codes are answers.
    ///
    /// @return its exit code, one of the good ones
    /// @throws IOException if it is not there, or ends with another
    static int run(List<String> names, List<String> arguments, ChildInput input, Set<Integer> good)
            throws IOException {
        Path program = ProgramFinder.system().require(names.toArray(String[]::new));
        ChildResult result =
                ChildProcess.of(program, arguments)
                        .withLimits(LIMIT, LIMIT)
                        .run(input, ChildOutput.NONE);
        if (!good.contains(result.exitCode())) {
            throw new IOException(
                    program.getFileName()
                            + " ended with exit code "
                            + result.exitCode()
                            + ": "
                            + lastLine(result.errorText()));
        }
        return result.exitCode();
    }

    private static String lastLine(String errorText) {
        List<String> lines = errorText.lines().filter(line -> !line.isBlank()).toList();
        String last = lines.isEmpty() ? "no reason given" : lines.getLast().strip();
        return last.length() > LONGEST ? last.substring(0, LONGEST) : last;
    }
}
