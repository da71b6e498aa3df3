package dev.packhorse.cli.daemon;

import dev.packhorse.engine.job.HostArchive;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder of this process's own for what a command fetches from a destination. Gone when it is
/// closed, and when somebody ends the process: then fetching is cancelled first. Safe for many
/// threads.
public final class FetchRoom implements WorkPlace, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FetchRoom.class);
    private static final long MOST_SECONDS = 5;

    private final CancellationSource cancellation = new CancellationSource();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final WorkPlace above;
    private final Path folder;
    private final Thread hook;

    /// @param above where it lies; what a killed process leaves there is its owner's to remove
    public FetchRoom(WorkPlace above) throws IOException {
        this.above = above;
        this.folder =
                Files.createTempDirectory(
                        above.folder(),
                        "fetched-",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        hook = Thread.ofPlatform().name("packhorse-fetch-stop").unstarted(this::stopAndWait);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public long roomBytes() throws IOException {
        return above.roomBytes();
    }

    /// Requested when the process is to end.
    public Cancellation cancellation() {
        return cancellation;
    }

    /// The virtual machine ends when this returns. Whoever reads the output may keep the command
    /// waiting for ever; then the folder goes without it.
    private void stopAndWait() {
        cancellation.request();
        try {
            if (!closed.await(MOST_SECONDS, TimeUnit.SECONDS)) {
                HostArchive.delete(folder);
            }
        } catch (IOException | InterruptedException e) {
            LOG.atWarn().addKeyValue("folder", folder).setCause(e).log("left behind");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            HostArchive.delete(folder);
        } finally {
            closed.countDown();
            if (!cancellation.isRequested()) {
                forgetHook();
            }
        }
    }

    private void forgetHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending already; the hook finds the room closed.
        }
    }
}
