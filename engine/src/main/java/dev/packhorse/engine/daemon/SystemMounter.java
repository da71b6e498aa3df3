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

/// Runs `mount` and `umount`. Only the running system has a table of its own to mount by.
///
/// @param root the host's root folder
record SystemMounter(Path root) implements LocalMounts.Mounter {
    private static final Duration LIMIT = Duration.ofMinutes(2);

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
        ChildResult result =
                ChildProcess.of(program.get(), List.of("--", hostPath))
                        .withLimits(LIMIT, LIMIT)
                        .run(ChildInput.NONE, ChildOutput.NONE);
        return result.succeeded() ? Optional.empty() : Optional.of(result.errorSummary());
    }
}
