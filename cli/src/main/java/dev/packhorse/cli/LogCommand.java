package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `packhorse log`: the log of a packing or restore session.
@Command(
        name = "log",
        description =
                "Print the log of a session; `packhorse queue ls --json` tells a job's session.",
        mixinStandardHelpOptions = true)
final class LogCommand implements Callable<Integer> {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    @Parameters(paramLabel = "SESSION", description = "The session's id.")
    private String session = "";

    @Option(names = "-f", description = "Stay and print what comes, until the session has ended.")
    private boolean follow;

    @Option(
            names = "--file",
            paramLabel = "NAME",
            description = "Another log of the session (default: master.log).")
    private @Nullable String file;

    @Mixin private StateOption state;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws ClientException {
        try (DaemonClient client = state.connect()) {
            LogTail tail = new LogTail(client, spec.commandLine().getOut());
            if (file != null) {
                tail.select(file);
            }
            boolean ended = tail.printNew(session);
            while (follow && !ended) {
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
                ended = tail.printNew(session);
            }
        }
        return ExitCode.DONE;
    }
}
