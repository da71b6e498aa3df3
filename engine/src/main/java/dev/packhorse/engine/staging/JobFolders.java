package dev.packhorse.engine.staging;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.rootfile.AtomicFile;
import dev.packhorse.engine.rootfile.DurableFolder;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/// The folders that outlive a run: each is a job's until the job ends. What is large in it may lie
/// in a place on another disk, which the folder names and which goes with it. A job that has ended
/// may leave its folder to a later job, which takes it over as a whole; such a folder bears a mark,
/// and is given up whenever its room is needed. Safe for many threads of the process that owns
/// them.
final class JobFolders {
    /// A file in a folder that its job has left to whoever can use it.
    private static final String LEFT = "left";

    /// A file that names the place on another disk.
    private static final String ELSEWHERE = "elsewhere";

    private static final String PLACE_PREFIX = ".packhorse-restore-";

    /// Ends the name of a folder that is no job's yet.
    private static final String BEGUN = ".new";

    private final Path all;

    JobFolders(Path all) {
        this.all = all;
    }

    Path of(JobId job) {
        return all.resolve(job.value());
    }

    /// Where what is large lies: in the folder itself unless it names another place.
    synchronized Path place(Path own) throws IOException {
        Path note = own.resolve(ELSEWHERE);
        return Files.isRegularFile(note, LinkOption.NOFOLLOW_LINKS)
                ? own.resolve(Files.readString(note))
                : own;
    }

    /// Makes a job's folder and its place if they are missing. A folder that is there keeps to its
    /// place; one that is no job's is its own.
    ///
    /// @param below an existing folder in which a new place is made; empty for the folder itself
    synchronized Path makePlace(Path own, Optional<Path> below) throws IOException {
        boolean isNew = !Files.exists(own, LinkOption.NOFOLLOW_LINKS);
        if (isNew && below.isPresent() && all.equals(own.getParent())) {
            makeWithNote(own, below.get().resolve(PLACE_PREFIX + own.getFileName()));
        }
        Files.createDirectories(own, StagingArea.ROOT_ONLY);
        Path place = place(own);
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            if (!place.equals(own)) {
                DurableFolder.sync(all);
            }
            Files.createDirectory(place, StagingArea.ROOT_ONLY);
        }
        return place;
    }

    /// A folder that names its place from the moment it is a job's, before there is the place: so
    /// none is ever forgotten, in a power cut neither, and no later try takes the folder for one
    /// without.
    private void makeWithNote(Path own, Path place) throws IOException {
        Path begun = all.resolve(own.getFileName() + BEGUN);
        WorkFolder.removeTree(begun);
        try {
            DurableFolder.make(begun);
            AtomicFile.replace(begun.resolve(ELSEWHERE), place.toString());
            Files.move(begun, own, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            WorkFolder.removeTree(begun);
            throw e;
        }
    }

    synchronized void remove(JobId job) throws IOException {
        remove(of(job));
    }

    private void remove(Path own) throws IOException {
        Path place = place(own);
        if (!place.equals(own) && String.valueOf(place.getFileName()).startsWith(PLACE_PREFIX)) {
            WorkFolder.removeTree(place);
        }
        WorkFolder.removeTree(own);
    }

    /// Leaves the folder of a job that ends to a later one.
    ///
    /// @param room how many bytes may be taken by all that is left on that disk
    /// @return whether it is left; otherwise nothing has happened
    synchronized boolean leave(JobId job, long room) throws IOException {
        Path folder = of(job);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Path place = place(folder);
        if (bytes(place) + leftBytes(diskOf(place)) > room) {
            return false;
        }
        Files.write(folder.resolve(LEFT), new byte[0]);
        return true;
    }

    /// Makes a folder that was left a job's own, unless the job has one.
    ///
    /// @param own the job's
    /// @return whether there was one that suits
    synchronized boolean takeOver(Path own, Suits suits) throws IOException {
        if (!all.equals(own.getParent())) {
            return false;
        }
        if (Files.exists(own, LinkOption.NOFOLLOW_LINKS)) {
            // a run that left it and was killed before its end was known
            Files.deleteIfExists(own.resolve(LEFT));
            return false;
        }
        for (Path each : left()) {
            if (suits.test(each)) {
                // in this order: whatever fails in between, one of the jobs has it
                Files.move(each, own, StandardCopyOption.ATOMIC_MOVE);
                Files.delete(own.resolve(LEFT));
                return true;
            }
        }
        return false;
    }

    /// Removes what no open job has, but for what was left and is still fresh.
    ///
    /// @return of how many jobs something was removed
    synchronized int sweep(Predicate<JobId> isOpen, Predicate<JobId> isFresh) throws IOException {
        int swept = 0;
        for (Path each : list()) {
            String name = String.valueOf(each.getFileName());
            Optional<JobId> job =
                    JobId.isValid(name) ? Optional.of(new JobId(name)) : Optional.empty();
            boolean stays =
                    job.filter(id -> isOpen.test(id) || (isLeft(each) && isFresh.test(id)))
                            .isPresent();
            if (!stays) {
                remove(each);
                swept++;
            }
        }
        return swept;
    }

    /// The disks on which something was left.
    synchronized List<FileStore> disksOfLeft() throws IOException {
        List<FileStore> disks = new ArrayList<>();
        for (Path each : left()) {
            FileStore disk = diskOf(place(each));
            if (!disks.contains(disk)) {
                disks.add(disk);
            }
        }
        return disks;
    }

    /// Removes the oldest of what was left on a disk.
    ///
    /// @return whether there was anything
    synchronized boolean giveUpOne(FileStore disk) throws IOException {
        Optional<Path> oldest =
                leftOn(disk).stream()
                        .min(
                                Comparator.comparingLong(
                                        each -> each.resolve(LEFT).toFile().lastModified()));
        if (oldest.isPresent()) {
            remove(oldest.get());
        }
        return oldest.isPresent();
    }

    /// How much is taken on a disk by what was left.
    synchronized long leftBytes(FileStore disk) throws IOException {
        long sum = 0;
        for (Path each : leftOn(disk)) {
            sum += bytes(place(each));
        }
        return sum;
    }

    /// Asked of the folder around it, since the answer has to hold when the place is gone.
    private static FileStore diskOf(Path place) throws IOException {
        return Disks.of(Objects.requireNonNull(place.getParent()));
    }

    private List<Path> leftOn(FileStore disk) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path each : left()) {
            if (diskOf(place(each)).equals(disk)) {
                found.add(each);
            }
        }
        return found;
    }

    private List<Path> left() throws IOException {
        return list().stream().filter(JobFolders::isLeft).toList();
    }

    private static boolean isLeft(Path folder) {
        return Files.exists(folder.resolve(LEFT), LinkOption.NOFOLLOW_LINKS);
    }

    private List<Path> list() throws IOException {
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (var folders = Files.newDirectoryStream(all)) {
            folders.forEach(found::add);
        }
        return found;
    }

    private static long bytes(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        long sum = 0;
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path each : files) {
                sum += Files.size(each);
            }
        }
        return sum;
    }
}
