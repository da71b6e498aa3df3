package dev.packhorse.cli.daemon;

import dev.packhorse.engine.daemon.Daemon;
import dev.packhorse.engine.daemon.DaemonStartException;
import dev.packhorse.engine.daemon.ServiceNotifier;
import dev.packhorse.engine.settings.Settings;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the daemon in the foreground until SIGTERM, SIGINT, or an error that it cannot live with.
public final class DaemonProcess {
    private static final Logger LOG = LoggerFactory.getLogger(DaemonProcess.class);

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicBoolean fatal = new AtomicBoolean();

    /// Serves until the process is asked to end.
    ///
    /// @param out told the address, on one line, once the daemon is ready
    /// @return true after an orderly stop, false if the daemon gave itself up and wants to be
    ///   started again
    /// @throws DaemonStartException if it does not start
    public boolean run(Settings settings, PrintWriter out) throws DaemonStartException {
        // Before the start: who asks for the end meanwhile gets a stop in order after it.
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform().name("packhorse-stop").unstarted(this::stopAndWait));
        boolean served = false;
        try (Daemon daemon =
                Daemon.start(
                        settings,
                        InstalledDrivers.all(),
                        ServiceNotifier.of(System.getenv()),
                        this::giveUp,
                        longest -> Latches.await(stop, longest))) {
            served = true;
            out.println("serving on " + daemon.address());
            out.flush();
            Latches.await(stop);
        } finally {
            if (served) {
                endChildren();
            }
            stopped.countDown();
        }
        return !fatal.get();
    }

    /// Those of jobs that did not end in time; without systemd nobody else would.
    private static void endChildren() {
        ProcessHandle.current()
                .descendants()
                .forEach(child -> {
                    LOG.atWarn().addKeyValue("pid", child.pid()).log("ended with the daemon");
                    child.destroyForcibly();
                });
    }

    private void giveUp() {
        fatal.set(true);
        stop.countDown();
    }

    /// The virtual machine ends when this returns, so it waits for the stop in order. After a
    /// signal it would end with 128 and the signal's number, which says "killed"; a stop in order
    /// is a success.
    private void stopAndWait() {
        boolean bySignal = stopped.getCount() > 0;
        stop.countDown();
        Latches.await(stopped);
        if (bySignal) {
            Runtime.getRuntime().halt(fatal.get() ? 1 : 0);
        }
    }
}
