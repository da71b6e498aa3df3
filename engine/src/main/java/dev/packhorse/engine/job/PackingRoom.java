package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.transport.spi.ByteSize;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes packing wait for the uploads instead of filling the disk, where archives do not stay in
/// the backup directory (`keeplocal: 0`). What waits there to be sent, and what is being packed,
/// keeps within a limit and off the floor of free space. When that is reached, archives that some
/// destination has already are released first: what is still to be sent of them is read back from
/// there. Those that every destination has are removed by others all the time. While nothing waits
/// there is room for any archive, since nothing would make more. Safe for many threads.
public final class PackingRoom {
    private static final Logger LOG = LoggerFactory.getLogger(PackingRoom.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

    /// So many accounts of unknown size may be packed at a time within the limit.
    private static final int UNKNOWN_AT_A_TIME = 4;

    private final ServerBackups backups;
    private final JobQueue queue;
    private final Catalog catalog;
    private final LocalRelease release;
    private final Disk disk;
    private final long limitBytes;
    private final InstantSource clock;

    /// Nobody asks a destination while he holds it.
    private final ReentrantLock lock = new ReentrantLock();

    private final ReentrantLock relieving = new ReentrantLock();
    private long reserved;
    private volatile long refused;
    private Instant looked = Instant.MIN;

    /// What can be written at a place.
    @FunctionalInterface
    public interface Disk {
        /// The bytes that are free there beyond the floor; negative below it.
        long room(BackupDirectory directory) throws IOException;
    }

    /// @param limit of what waits and is being packed; 0 for none but the disk's floor
    public PackingRoom(
            ServerBackups backups,
            JobQueue queue,
            Catalog catalog,
            LocalRelease release,
            Disk disk,
            ByteSize limit,
            InstantSource clock) {
        this.backups = backups;
        this.queue = queue;
        this.catalog = catalog;
        this.release = release;
        this.disk = disk;
        this.limitBytes = limit.bytes();
        this.clock = clock;
    }

    /// Room for one archive, until it is packed. Closing it twice does nothing.
    public static final class Reserved implements AutoCloseable {
        private final @Nullable PackingRoom room;
        private long bytes;

        private Reserved(@Nullable PackingRoom room, long bytes) {
            this.room = room;
            this.bytes = bytes;
        }

        @Override
        public void close() {
            if (room != null) {
                room.giveBack(bytes);
                bytes = 0;
            }
        }
    }

    /// Takes room for the next archive of an account, as much as its newest one takes.
    ///
    /// @return empty if the archive has to wait
    Optional<Reserved> reserve(BackupConfig config, AccountName account) throws IOException {
        // Trees stay in the backup directory, wherever else they are sent.
        if (config.isOn(ConfigKey.KEEPLOCAL)
                || config.text(ConfigKey.BACKUPTYPE).equals("incremental")) {
            return Optional.of(new Reserved(null, 0));
        }
        BackupDirectory directory = backups.directory(config);
        long bytes =
                catalog.ofAccount(account).stream()
                        .findFirst()
                        .map(RestorePoint::sizeBytes)
                        .orElse(limitBytes / UNKNOWN_AT_A_TIME);
        long missing = take(directory, bytes);
        if (missing > 0 && relieve(directory, missing)) {
            missing = take(directory, bytes);
        }
        if (missing > 0) {
            refuse(bytes);
            return Optional.empty();
        }
        return Optional.of(new Reserved(this, bytes));
    }

    /// Takes room if there is enough.
    ///
    /// @return how much is missing; 0 if it was taken
    private long take(BackupDirectory directory, long bytes) throws IOException {
        lock.lock();
        try {
            long waiting = WaitingArchives.of(queue, directory).bytes();
            long missing = Math.max(0, missing(directory, waiting, bytes));
            if (missing == 0) {
                reserved += bytes;
            }
            return missing;
        } finally {
            lock.unlock();
        }
    }

    /// Asks destinations. One does at a time, and the others come again: a destination that hangs
    /// holds up no more than one.
    ///
    /// @return whether anything was freed
    private boolean relieve(BackupDirectory directory, long missing) throws IOException {
        if (!relieving.tryLock()) {
            return false;
        }
        try {
            return release.relieve(WaitingArchives.of(queue, directory).archives(), missing) > 0;
        } finally {
            relieving.unlock();
        }
    }

    private void refuse(long bytes) {
        lock.lock();
        try {
            if (refused == 0) {
                LOG.atInfo()
                        .addKeyValue("limit", new ByteSize(limitBytes))
                        .log("packing waits: archives in the backup directory wait to be sent");
            }
            refused = Math.max(bytes, 1);
            looked = clock.instant();
        } finally {
            lock.unlock();
        }
    }

    /// Whether packing need not wait now. After a refusal it looks again every few seconds. Asks no
    /// destination, and does not wait for anybody who does.
    boolean isOpen() {
        if (refused == 0) {
            return true;
        }
        if (!lock.tryLock()) {
            return false;
        }
        try {
            return isOpenAgain();
        } finally {
            lock.unlock();
        }
    }

    private boolean isOpenAgain() {
        Instant now = clock.instant();
        // A clock that was set back must not close it for long.
        if (now.isBefore(looked.plus(BETWEEN_LOOKS)) && !now.isBefore(looked)) {
            return false;
        }
        looked = now;
        try {
            BackupConfig config = backups.config();
            if (!config.isOn(ConfigKey.KEEPLOCAL) && !mayFit(backups.directory(config))) {
                return false;
            }
        } catch (IOException e) {
            // The job that is claimed next meets the same failure and tells it.
            LOG.atDebug().setCause(e).log("the room for archives cannot be told");
        }
        refused = 0;
        LOG.info("packing goes on");
        return true;
    }

    /// Whether what was refused fits now, or could be made to fit.
    private boolean mayFit(BackupDirectory directory) throws IOException {
        WaitingArchives waiting = WaitingArchives.of(queue, directory);
        return missing(directory, waiting.bytes(), refused) <= 0
                || release.mayRelieve(waiting.archives());
    }

    /// How much more room there would have to be.
    private long missing(BackupDirectory directory, long waiting, long bytes) throws IOException {
        if (waiting <= 0 && reserved == 0) {
            return 0;
        }
        long onDisk = reserved + bytes - disk.room(directory);
        long withinLimit = limitBytes == 0 ? 0 : waiting + reserved + bytes - limitBytes;
        return Math.max(onDisk, withinLimit);
    }

    private void giveBack(long bytes) {
        lock.lock();
        try {
            reserved -= bytes;
        } finally {
            lock.unlock();
        }
    }
}
