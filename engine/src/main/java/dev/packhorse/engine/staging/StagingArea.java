package dev.packhorse.engine.staging;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.transport.spi.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/// The folder below the state folder in which runs work. One process owns it: what is there when it
/// is opened was left by a process that died, and is removed, but for what is kept for jobs until
/// they end. Safe for many threads.
public final class StagingArea {
    private static final FileAttribute<Set<PosixFilePermission>> ROOT_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final String OF_JOBS = "jobs";

    private final Path folder;
    private final ByteSize floor;

    private StagingArea(Path folder, ByteSize floor) {
        this.folder = folder;
        this.floor = floor;
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
        return new WorkFolder(
                Files.createDirectory(folder.resolve(UUID.randomUUID().toString()), ROOT_ONLY));
    }

    /// A folder that is a job's until the job ends, over all its tries and restarts. Whoever needs
    /// it makes it.
    public Path ofJob(JobId job) {
        return folder.resolve(OF_JOBS).resolve(job.value());
    }

    /// Removes what is kept for a job, if anything is.
    public void removeOfJob(JobId job) throws IOException {
        WorkFolder.removeTree(ofJob(job));
    }

    /// Removes what is kept for jobs that ended without removing it themselves.
    ///
    /// @param isOpen whether a job may still run
    /// @return of how many jobs something was removed
    public int sweepJobs(Predicate<JobId> isOpen) throws IOException {
        Path all = folder.resolve(OF_JOBS);
        if (!Files.isDirectory(all)) {
            return 0;
        }
        int swept = 0;
        try (var kept = Files.newDirectoryStream(all)) {
            for (Path each : kept) {
                String name = String.valueOf(each.getFileName());
                if (!JobId.isValid(name) || !isOpen.test(new JobId(name))) {
                    WorkFolder.removeTree(each);
                    swept++;
                }
            }
        }
        return swept;
    }

    /// The free space beyond the floor; negative below it.
    ///
    /// @param place a folder of the file system that is asked, or one that is yet to be made
    public long room(Path place) throws IOException {
        Path there = place;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return Files.getFileStore(there).getUsableSpace() - floor.bytes();
    }

    /// Checks that a file of this size can be written and the floor is still free afterwards.
    ///
    /// @param place a folder of the file system that is asked
    /// @throws InsufficientSpaceException if not; the message names the place, what is needed and
    ///   what is free
    public void requireSpace(Path place, long bytes) throws IOException {
        if (room(place) < bytes) {
            long free = Files.getFileStore(place).getUsableSpace();
            throw new InsufficientSpaceException(
                    "not enough space in %s: %s needed besides the floor of %s, %s free"
                            .formatted(place, new ByteSize(bytes), floor, new ByteSize(free)));
        }
    }
}
