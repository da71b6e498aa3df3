package dev.packhorse.transport.rsync;

import dev.packhorse.transport.child.Child;
import dev.packhorse.transport.child.ChildCommand;
import dev.packhorse.transport.child.ChildResult;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.watch.CallLimits;
import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Runs rsync. What moves much content logs in by itself; all else goes through one login.
///
/// Source: rsync(1)
final class RsyncRunner implements AutoCloseable {
    private static final String RSYNC = "/usr/bin/rsync";

    /// What would keep other runs of the same login waiting, and gets a line of its own.
    private static final long MOST_SHARED_BYTES = 1L << 20;

    /// Rsync's codes for a stream that broke off and for waiting in vain, and ssh's own.
    private static final Set<Integer> LINE_BROKE = Set.of(12, 30, 255);

    private final RsyncSettings settings;
    private final RsyncErrors errors;
    private final String knownHosts;
    private final SharedLogin login;

    /// @param knownHosts the confirmed host keys
    RsyncRunner(RsyncSettings settings, String knownHosts) {
        this.settings = settings;
        this.errors = new RsyncErrors(settings);
        this.knownHosts = knownHosts;
        this.login = new SharedLogin(settings, knownHosts);
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
    ///
    /// @param bytes how much it may move
    void transfer(
            String operation,
            List<String> arguments,
            long bytes,
            Duration idle,
            Cancellation cancellation)
            throws IOException {
        transfer(operation, arguments, bytes, idle, TransferProgress::new, cancellation);
    }

    /// The same.
    ///
    /// @param progress takes what rsync prints; a failure of it ends rsync
    void transfer(
            String operation,
            List<String> arguments,
            long bytes,
            Duration idle,
            Function<CallWatch, OutputStream> progress,
            Cancellation cancellation)
            throws IOException {
        List<String> all = new ArrayList<>(List.of("--info=progress2,name0", "--no-h"));
        all.addAll(arguments);
        Run run = new Run(operation, all, CallLimits.idle(idle), progress, cancellation);
        ChildResult result = bytes > MOST_SHARED_BYTES ? alone(run) : sharing(run);
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
        return sharing(new Run(operation, arguments, CallLimits.idle(idle), output, cancellation));
    }

    /// Runs it to any end of its own, with a login of its own, whose failure it tells; prints
    /// nothing of use.
    ChildResult tryAlone(String operation, List<String> arguments) throws IOException {
        return alone(
                new Run(
                        operation,
                        arguments,
                        CallLimits.idle(settings.answering()),
                        _ -> OutputStream.nullOutputStream(),
                        Cancellation.never()));
    }

    private record Run(
            String operation,
            List<String> arguments,
            CallLimits limits,
            Function<CallWatch, OutputStream> output,
            Cancellation cancellation) {}

    private ChildResult sharing(Run run) throws IOException {
        Optional<SharedLogin.Part> taken = login.take(run.cancellation());
        if (taken.isEmpty()) {
            return alone(run);
        }
        try (SharedLogin.Part part = taken.get()) {
            ChildResult result = start(run, Optional.of(part.socket()));
            if (LINE_BROKE.contains(result.exitCode())) {
                part.broke();
            }
            return result;
        } catch (TransportException e) {
            if (e.kind() == Kind.TIMED_OUT) {
                taken.get().broke();
            }
            throw e;
        }
    }

    private ChildResult alone(Run run) throws IOException {
        return start(run, Optional.empty());
    }

    private ChildResult start(Run run, Optional<Path> socket) throws IOException {
        try (PrivateFolder folder = new PrivateFolder(settings.work())) {
            SshCommand ssh = new SshCommand(settings, knownHosts, folder.path());
            List<String> line = new ArrayList<>(List.of(RSYNC, "-e", ssh.shell(socket)));
            line.addAll(List.of("--outbuf=L", "--no-motd"));
            line.addAll(run.arguments());
            ChildResult result =
                    Child.run(
                            run.operation(),
                            new ChildCommand(line, ssh.environment()),
                            run.limits(),
                            run.output(),
                            run.cancellation());
            if (RsyncErrors.isOfOtherHost(result)) {
                HostKeyScan.forget(settings.ssh());
            }
            if (!result.whole()) {
                throw new TransportException(
                        Kind.UNAVAILABLE,
                        run.operation() + ": something that rsync left running holds its output");
            }
            return result;
        }
    }

    /// Ends the login.
    @Override
    public void close() throws IOException {
        login.close();
    }
}
