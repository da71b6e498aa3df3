package dev.packhorse.engine.staging;

import dev.packhorse.engine.model.JobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The folders that outlive a run: each is a job's until the job ends. One that has ended may leave
/// its folder to a later job, which takes it over as a whole; such a folder bears a mark, and is
/// given up whenever its room is needed. Safe for many threads of the process that owns them.
final class JobFolders {
    /// A file in a folder that its job has left to whoever can use it.
    private static final String LEFT = "left";

    private final Path all;

    JobFolders(Path all) {
        this.all = all;
    }

    Path of(JobId job) {
        return all.resolve(job.value());
    }

    synchronized void remove(JobId job) throws IOException {
        WorkFolder.removeTree(of(job));
    }

    /// Leaves the folder of a job that ends to a later one.
    ///
    /// @param room how many bytes may be taken by all that is left
    /// @return whether it is left; otherwise nothing has happened
    synchronized boolean leave(JobId job, long room) throws IOException {
        Path folder = of(job);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                || bytes(folder) + leftBytes() > room) {
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
                Files.delete(each.resolve(LEFT));
                Files.move(each, own, StandardCopyOption.ATOMIC_MOVE);
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
                WorkFolder.removeTree(each);
                swept++;
            }
        }
        return swept;
    }

    /// Removes the oldest of what was left.
    ///
    /// @return whether there was anything
    synchronized boolean giveUpOne() throws IOException {
        Optional<Path> oldest =
                left().stream()
                        .min(
                                Comparator.comparingLong(
                                        each -> each.resolve(LEFT).toFile().lastModified()));
        if (oldest.isPresent()) {
            WorkFolder.removeTree(oldest.get());
        }
        return oldest.isPresent();
    }

    /// How much is taken by what was left.
    synchronized long leftBytes() throws IOException {
        long sum = 0;
        for (Path each : left()) {
            sum += bytes(each);
        }
        return sum;
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
        long sum = 0;
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path each : files) {
                sum += Files.size(each);
            }
        }
        return sum;
    }
}
