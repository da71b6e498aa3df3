package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.LocalMounts;
import dev.packhorse.engine.process.ChildInput;
import dev.packhorse.engine.process.ChildOutput;
import dev.packhorse.engine.process.ChildProcess;
import dev.packhorse.engine.process.ChildResult;
import dev.packhorse.engine.process.ProgramFinder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Runs `mount` and `umount`. Only the running system has a table of its own to mount by. A file
/// system that a program serves needs processes that go on after `mount` has ended, as the `ssh` of
/// sshfs; so it runs in a process group that is not killed with that of the child.
///
/// @param root the host's root folder
record SystemMounter(Path root) implements LocalMounts.Mounter {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration GRACE = Duration.ofSeconds(10);

    @Override
    public Optional<String> mount(String hostPath) throws IOException {
        return run("mount", hostPath);
    }

    @Override
    public Optional<String> unmount(String hostPath) throws IOException {
        return run("umount", hostPath);
    }

    private Optional<String> run(String name, String hostPath) throws IOException {
        if (root.getParent() != null) {
            return Optional.of("it is not below the root of the running system");
        }
        Optional<Path> program = ProgramFinder.system().find(name);
        if (program.isEmpty()) {
            return Optional.of("there is no program " + name + " on this server");
        }
        return call(program.get(), hostPath);
    }

    /// Ended by `timeout`, since a kill of the child does not reach its group.
    static Optional<String> call(Path program, String hostPath) throws IOException {
        ProgramFinder system = ProgramFinder.system();
        List<String> line =
                List.of(
                        "--wait",
                        system.require("timeout").toString(),
                        "--signal=KILL",
                        String.valueOf(LIMIT.toSeconds()),
                        program.toString(),
                        "--",
                        hostPath);
        Duration longer = LIMIT.plus(GRACE);
        ChildResult result =
                ChildProcess.of(system.require("setsid"), line)
                        .withLimits(longer, longer)
                        .run(ChildInput.NONE, ChildOutput.NONE);
        return result.succeeded() ? Optional.empty() : Optional.of(result.errorSummary());
    }
}
