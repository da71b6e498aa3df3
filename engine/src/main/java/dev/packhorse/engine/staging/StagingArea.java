package dev.packhorse.engine.staging;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder below the state folder in which runs work. One process owns it: what is there when it
/// is opened was left by a process that died, and is removed, but for what is kept for jobs until
/// they end, and what these have left to later ones. Safe for many threads.
public final class StagingArea {
    static final FileAttribute<Set<PosixFilePermission>> ROOT_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final Logger LOG = LoggerFactory.getLogger(StagingArea.class);
    private static final String OF_JOBS = "jobs";
    private static final String OF_DRIVERS = "transit";

    private final Path folder;
    private final ByteSize floor;
    private final JobFolders jobs;

    private StagingArea(Path folder, ByteSize floor) {
        this.folder = folder;
        this.floor = floor;
        this.jobs = new JobFolders(folder.resolve(OF_JOBS));
    }

    /// Opens the area and sweeps it.
    ///
    /// @param folder made if it is missing, mode 0700
    /// @param floor the free space under which no new working folder is given out
    /// @throws IOException if it cannot be made or swept
    public static StagingArea open(Path folder, ByteSize floor) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, ROOT_ONLY);
        }
        StagingArea area = new StagingArea(folder, floor);
        try (var left = Files.newDirectoryStream(folder)) {
            for (Path old : left) {
                if (!old.endsWith(OF_JOBS)) {
                    WorkFolder.removeTree(old);
                }
            }
        }
        return area;
    }

    /// A new working folder, mode 0700, removed when it is closed.
    ///
    /// @throws InsufficientSpaceException if less than the floor is free
    public WorkFolder newFolder() throws IOException {
        requireSpace(folder, 0);
        return newSmallFolder();
    }

    /// A new working folder for little, given out below the floor, too: for work that may be what
    /// frees the disk.
    public WorkFolder newSmallFolder() throws IOException {
        return new WorkFolder(
                Files.createDirectory(folder.resolve(UUID.randomUUID().toString()), ROOT_ONLY));
    }

    /// Where the drivers of destinations work.
    public WorkPlace transit() {
        return new Transit(this, folder.resolve(OF_DRIVERS));
    }

    /// A folder that is a job's until the job ends, over all its tries and restarts. Whoever needs
    /// it makes it.
    public Path ofJob(JobId job) {
        return jobs.of(job);
    }

    /// Where what is large of a job lies: in its own folder, or in a place on another disk that the
    /// folder names.
    ///
    /// @param own as [#ofJob], or as it was left by a job; any other folder is its own place
    public Path placeOf(Path own) throws IOException {
        return jobs.place(own);
    }

    /// Makes a job's own folder and its place, mode 0700, if they are missing.
    ///
    /// @param below an existing folder that only root can change, in which the place of a new
    ///   folder is made; empty for the folder itself
    /// @return as [#placeOf]
    public Path makePlace(Path own, Optional<Path> below) throws IOException {
        return jobs.makePlace(own, below);
    }

    /// Removes what is kept for a job, if anything is.
    public void removeOfJob(JobId job) throws IOException {
        jobs.remove(job);
    }

    /// Leaves what is kept for a job that ends to a later one that can use it; removes it if all
    /// that is left so would take more room than stays free beyond the floor.
    public void leaveOfJob(JobId job) throws IOException {
        if (!jobs.leave(job, room(jobs.place(jobs.of(job))))) {
            jobs.remove(job);
        }
    }

    /// Makes what an ended job has left a job's own, if this one has nothing yet.
    ///
    /// @param own as [#ofJob]; any other folder takes nothing over
    /// @return whether there was something that suits
    public boolean takeOver(Path own, Suits suits) throws IOException {
        return jobs.takeOver(own, suits);
    }

    /// Removes what is kept for jobs that ended without removing it themselves, and what ended jobs
    /// have left where it is old or takes more room than is still free.
    ///
    /// @param isOpen whether a job may still run
    /// @param isFresh whether what an ended job has left may stay
    /// @return of how many jobs something was removed
    public int sweepJobs(Predicate<JobId> isOpen, Predicate<JobId> isFresh) throws IOException {
        int swept = jobs.sweep(isOpen, isFresh);
        for (FileStore disk : jobs.disksOfLeft()) {
            while (jobs.leftBytes(disk) > room(disk) && jobs.giveUpOne(disk)) {
                swept++;
            }
        }
        return swept;
    }

    /// The free space beyond the floor; negative below it.
    ///
    /// @param place a folder of the file system that is asked, or one that is yet to be made
    public long room(Path place) throws IOException {
        return room(Disks.of(place));
    }

    private long room(FileStore disk) throws IOException {
        return disk.getUsableSpace() - floor.bytes();
    }

    /// Checks that a file of this size can be written and the floor is still free afterwards. What
    /// ended jobs have left on that disk is given up for it.
    ///
    /// @param place a folder of the file system that is asked
    /// @throws InsufficientSpaceException if not; the message names the place, what is needed and
    ///   what is free
    public void requireSpace(Path place, long bytes) throws IOException {
        FileStore disk = Disks.of(place);
        while (room(disk) < bytes && jobs.giveUpOne(disk)) {
            LOG.atInfo()
                    .addKeyValue("disk", disk)
                    .log("an archive that was kept for a restore is given up, its room is needed");
        }
        if (room(disk) < bytes) {
            throw new InsufficientSpaceException(
                    "not enough space in %s: %s needed besides the floor of %s, %s free"
                            .formatted(
                                    place,
                                    new ByteSize(bytes),
                                    floor,
                                    new ByteSize(disk.getUsableSpace())));
        }
    }
}
