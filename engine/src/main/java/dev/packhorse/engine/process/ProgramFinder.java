package dev.packhorse.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds programs in the system's own folders, never through `PATH`. A program counts only if it,
/// the folder it was found in and what its links lead to can be changed by nobody but root. Safe
/// for many threads.
public final class ProgramFinder {
    private static final List<Path> FOLDERS =
            List.of(
                    Path.of("/usr/bin"),
                    Path.of("/usr/sbin"),
                    Path.of("/bin"),
                    Path.of("/sbin"),
                    Path.of("/usr/local/bin"));
    private static final ProgramFinder SYSTEM = new ProgramFinder(FOLDERS);

    private final List<Path> folders;

    /// A finder for other folders, under the same rules.
    public ProgramFinder(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /// The finder for this system's folders.
    public static ProgramFinder system() {
        return SYSTEM;
    }

    /// The first of the names that is a trustworthy program; empty if there is none.
    ///
    /// @param names plain file names, the preferred one first
    public Optional<Path> find(String... names) {
        for (String name : names) {
            if (name.isEmpty() || name.indexOf('/') >= 0) {
                throw new IllegalArgumentException("not a program name: " + name);
            }
            for (Path folder : folders) {
                Path program = folder.resolve(name);
                if (isTrustworthy(folder, program)) {
                    return Optional.of(program);
                }
            }
        }
        return Optional.empty();
    }

    /// The first of the names that is a trustworthy program.
    ///
    /// @throws IOException if there is none; the message names the programs and the folders
    public Path require(String... names) throws IOException {
        return find(names)
                .orElseThrow(() ->
                        new IOException(
                                "no program "
                                        + String.join(" or ", names)
                                        + " owned by root in "
                                        + folders));
    }

    private static boolean isTrustworthy(Path folder, Path program) {
        try {
            Path real = program.toRealPath();
            Path realFolder = real.getParent();
            return realFolder != null
                    && Files.isRegularFile(real)
                    && Files.isExecutable(real)
                    && onlyRootChanges(real)
                    && onlyRootChanges(realFolder)
                    && onlyRootChanges(folder.toRealPath());
        } catch (IOException _) {
            // Absent, or not to be looked at: either way it is no program for us.
            return false;
        }
    }

    private static boolean onlyRootChanges(Path path) throws IOException {
        Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        Set<PosixFilePermission> mode =
                Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        return Integer.valueOf(0).equals(owner)
                && !mode.contains(PosixFilePermission.OTHERS_WRITE)
                && (!mode.contains(PosixFilePermission.GROUP_WRITE)
                        || Integer.valueOf(0)
                                .equals(
                                        Files.getAttribute(
                                                path, "unix:gid", LinkOption.NOFOLLOW_LINKS)));
    }
}
