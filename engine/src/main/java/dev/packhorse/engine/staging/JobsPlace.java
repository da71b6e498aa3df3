package dev.packhorse.engine.staging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the folders lie that are a job's until it ends, with the archives that restores fetch:
/// below the staging area, or in a folder that the configuration names. What is there stays in use
/// until it is empty, so that no job loses what it has; a note below the staging area tells where
/// that is.
public final class JobsPlace {
    static final String USUAL = "jobs";
    static final String NOTE = "jobs.place";

    private static final Logger LOG = LoggerFactory.getLogger(JobsPlace.class);
    private static final String OURS = ".packhorse-restores";

    private JobsPlace() {}

    /// The place to use from now on, until the next start.
    ///
    /// @param area the staging area's folder
    /// @param wanted a folder that only root can change, empty for the usual place
    /// @throws IOException if it cannot be made, or is not for root alone
    public static Path choose(Path area, Optional<Path> wanted) throws IOException {
        Path usual = area.resolve(USUAL);
        Path next = wanted.map(folder -> folder.resolve(OURS)).orElse(usual);
        Path note = area.resolve(NOTE);
        Path last =
                Files.exists(note, LinkOption.NOFOLLOW_LINKS)
                        ? Path.of(Files.readString(note).strip())
                        : usual;
        if (!last.equals(next) && isUsed(last)) {
            LOG.atWarn()
                    .addKeyValue("place", last)
                    .log("what restores have there is finished there; the next start moves on");
            return last;
        }
        if (next.equals(usual)) {
            Files.deleteIfExists(note);
            return usual;
        }
        make(next);
        if (!last.equals(next)) {
            Files.createDirectories(
                    area,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Files.write(note, (next + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return next;
    }

    private static boolean isUsed(Path place) throws IOException {
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(place)) {
            return entries.iterator().hasNext();
        }
    }

    private static void make(Path place) throws IOException {
        if (Files.isSymbolicLink(place)) {
            throw new IOException(place + " is a link; remove it");
        }
        Files.createDirectories(
                place,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Object owner = Files.getAttribute(place, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new IOException(place + " belongs to another user; remove it");
        }
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx------"));
    }
}
