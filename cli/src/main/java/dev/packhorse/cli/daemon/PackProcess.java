package dev.packhorse.cli.daemon;

import dev.packhorse.engine.daemon.DaemonStartException;
import dev.packhorse.engine.daemon.OneShotPacker;
import dev.packhorse.engine.daemon.PackRequest;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.transport.spi.CancellationSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;

/// Packs one account in this process. SIGTERM and SIGINT stop it in order: what is half-made is
/// removed before the process ends.
public final class PackProcess {
    private final CancellationSource cancellation = new CancellationSource();
    private final CountDownLatch ended = new CountDownLatch(1);

    /// Packs to the end.
    ///
    /// @param out is given the log as it comes
    /// @throws DaemonStartException if the request cannot be carried out on this server
    /// @throws IOException if something cannot be written
    public JobOutcome run(Settings settings, PackRequest request, PrintWriter out)
            throws DaemonStartException, IOException {
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform().name("packhorse-stop").unstarted(this::stopAndWait));
        try {
            return new OneShotPacker(settings)
                    .pack(
                            request,
                            text -> {
                                out.print(text);
                                out.flush();
                            },
                            cancellation);
        } finally {
            ended.countDown();
        }
    }

    /// The virtual machine ends when this returns.
    private void stopAndWait() {
        cancellation.request();
        Latches.await(ended);
    }
}
