package dev.packhorse.transport.rsync;

import dev.packhorse.transport.child.Child;
import dev.packhorse.transport.child.ChildCommand;
import dev.packhorse.transport.child.ChildResult;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.watch.CallLimits;
import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Runs rsync, a login each time.
///
/// Source: rsync(1)
final class RsyncRunner {
    private static final String RSYNC = "/usr/bin/rsync";

    private final RsyncSettings settings;
    private final RsyncErrors errors;
    private final String knownHosts;

    /// @param knownHosts the confirmed host keys
    RsyncRunner(RsyncSettings settings, String knownHosts) {
        this.settings = settings;
        this.errors = new RsyncErrors(settings);
        this.knownHosts = knownHosts;
    }

    RsyncSettings settings() {
        return settings;
    }

    RsyncErrors errors() {
        return errors;
    }

    /// Runs it to its good end; its output is small or goes somewhere.
    void run(
            String operation,
            List<String> arguments,
            Duration limit,
            OutputStream output,
            Cancellation cancellation)
            throws IOException {
        ChildResult result = tryIt(operation, arguments, limit, _ -> output, cancellation);
        if (result.exitCode() != 0) {
            throw errors.of(operation, result);
        }
    }

    /// Runs it to its good end as long as content moves.
    void transfer(
            String operation, List<String> arguments, Duration idle, Cancellation cancellation)
            throws IOException {
        transfer(operation, arguments, idle, TransferProgress::new, cancellation);
    }

    /// The same.
    ///
    /// @param progress takes what rsync prints; a failure of it ends rsync
    void transfer(
            String operation,
            List<String> arguments,
            Duration idle,
            Function<CallWatch, OutputStream> progress,
            Cancellation cancellation)
            throws IOException {
        List<String> all = new ArrayList<>(List.of("--info=progress2,name0", "--no-h"));
        all.addAll(arguments);
        ChildResult result = tryIt(operation, all, idle, progress, cancellation);
        if (result.exitCode() != 0) {
            throw errors.of(operation, result);
        }
    }

    /// Runs it to any end of its own.
    ChildResult tryIt(
            String operation,
            List<String> arguments,
            Duration idle,
            Function<CallWatch, OutputStream> output,
            Cancellation cancellation)
            throws IOException {
        try (PrivateFolder folder = new PrivateFolder(settings.work())) {
            SshCommand ssh = new SshCommand(settings, knownHosts, folder.path());
            List<String> line =
                    new ArrayList<>(List.of(RSYNC, "-e", ssh.shell(), "--outbuf=L", "--no-motd"));
            line.addAll(arguments);
            return Child.run(
                    operation,
                    new ChildCommand(line, ssh.environment()),
                    CallLimits.idle(idle),
                    output,
                    cancellation);
        }
    }
}
