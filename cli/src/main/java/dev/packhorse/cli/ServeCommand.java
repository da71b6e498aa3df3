package dev.packhorse.cli;

import dev.packhorse.cli.daemon.DaemonProcess;
import dev.packhorse.engine.daemon.DaemonStartException;
import dev.packhorse.engine.settings.ConfigException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `packhorse serve`: the daemon in the foreground.
@Command(
        name = "serve",
        description = {
            "Run the daemon in the foreground until it is asked to stop; systemd does this on a server.",
            "Root's token is written to STATE/root.token, the address to STATE/http.address.",
        },
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    @Mixin private ConfigOptions options;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, UserError {
        try {
            boolean inOrder = new DaemonProcess().run(options.load(), spec.commandLine().getOut());
            return inOrder ? ExitCode.DONE : ExitCode.FAILED;
        } catch (DaemonStartException e) {
            int code =
                    switch (e.kind()) {
                        case LOCKED -> ExitCode.LOCKED;
                        case CONFIG -> ExitCode.CONFIG;
                        case STORE -> ExitCode.STORE;
                        case FAILED -> ExitCode.FAILED;
                    };
            throw new UserError(code, "cannot start: " + e.getMessage());
        }
    }
}
