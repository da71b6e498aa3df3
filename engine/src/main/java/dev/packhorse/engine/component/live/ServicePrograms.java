package dev.packhorse.engine.component.live;

import dev.packhorse.engine.component.KnownAfterwardsException;
import dev.packhorse.engine.host.HostRehearsal;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.process.ChildInput;
import dev.packhorse.engine.process.ChildOutput;
import dev.packhorse.engine.process.ChildProcess;
import dev.packhorse.engine.process.ChildResult;
import dev.packhorse.engine.process.ProgramFinder;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The programs by which services of the running system are checked and reloaded. A host whose
/// files lie below another root is not the running system: its services are not driven, and nothing
/// is found. Safe for many threads.
public final class ServicePrograms {
    /// Has zones loaded by the name server of this system: that of BIND, of PowerDNS.
    public static final List<String> NAME_SERVER = List.of("rndc", "pdns_control");

    /// Sends zones to the other servers of the panel's cluster of name servers.
    public static final List<String> NAME_SERVER_CLUSTER = List.of("dnscluster");

    /// Checks and reloads the configuration of Apache or nginx.
    public static final List<String> WEB_SERVER = List.of("apachectl", "apache2ctl", "nginx");

    /// Administers Dovecot.
    public static final List<String> MAIL_SERVER = List.of("doveadm");

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final ProgramFinder SYSTEM =
            new ProgramFinder(
                    List.of(
                            Path.of("/usr/bin"),
                            Path.of("/usr/sbin"),
                            Path.of("/bin"),
                            Path.of("/sbin"),
                            Path.of("/usr/local/bin"),
                            Path.of("/usr/local/cpanel/scripts"),
                            Path.of("/usr/local/cpanel/bin")));

    private final ProgramFinder finder;
    private final boolean drivesForeignRoots;

    private ServicePrograms(ProgramFinder finder, boolean drivesForeignRoots) {
        this.finder = finder;
        this.drivesForeignRoots = drivesForeignRoots;
    }

    /// Those of the running system.
    public static ServicePrograms ofSystem() {
        return new ServicePrograms(SYSTEM, false);
    }

    /// Those of some folder, for a host whose root is any folder.
    public static ServicePrograms in(Path folder) {
        return new ServicePrograms(new ProgramFinder(List.of(folder)), true);
    }

    /// Whether the services of this host are driven at all.
    ///
    /// @throws KnownAfterwardsException if they are and this is a rehearsal
    public boolean drives(HostRoot root) throws KnownAfterwardsException {
        Optional<HostRehearsal> rehearsal = root.rehearsal();
        HostRoot real = rehearsal.map(HostRehearsal::base).orElse(root);
        boolean driven = drivesForeignRoots || !real.isForeign();
        if (driven && rehearsal.isPresent()) {
            throw new KnownAfterwardsException("it drives services of this server");
        }
        return driven;
    }

    /// The first of the programs that is there.
    public Optional<Path> find(HostRoot root, String... names) throws KnownAfterwardsException {
        return drives(root) ? finder.find(names) : Optional.empty();
    }

    /// The first of the programs that is there.
    public Optional<Path> find(HostRoot root, List<String> names) throws KnownAfterwardsException {
        return find(root, names.toArray(String[]::new));
    }

    /// Runs a program to its end.
    ///
    /// @return what it complained of, empty if it ended well
    /// @throws IOException if it could not be started, or the run was cancelled
    public Optional<String> run(Path program, List<String> arguments, Cancellation cancellation)
            throws IOException {
        ChildResult result =
                ChildProcess.of(program, arguments)
                        .withLimits(LIMIT, LIMIT)
                        .withCancellation(cancellation)
                        .run(ChildInput.NONE, ChildOutput.NONE);
        return result.succeeded()
                ? Optional.empty()
                : Optional.of(
                        program.getFileName()
                                + " ended with exit code "
                                + result.exitCode()
                                + ": "
                                + result.errorSummary());
    }
}
