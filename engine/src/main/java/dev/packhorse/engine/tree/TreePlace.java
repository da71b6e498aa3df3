package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.file.Files;

/// What the file system of a folder keeps of the members of trees, found out by trying before each
/// tree: network file systems give root's files to nobody, cut times, or set the owner of the file
/// that a link leads to, wherever that is. A tree that is not what its account is would be found
/// damaged by its first verification; and following a customer's link would give files of the
/// server behind it to the customer.
final class TreePlace {
    private static final int MODE = 0640;
    private static final int OWNER = 1;
    private static final int OWNER_OF_LINK = 2;
    private static final long SECONDS = 1_000_000_000;
    private static final int NANOS = 123_456_789;
    private static final int COARSEST = 1_000_000_000;
    private static final ByteString ANYWHERE = ByteString.of("/packhorse/../tried");

    private final int grain;

    /// @param grain how many nanoseconds times are counted in
    private TreePlace(int grain) {
        this.grain = grain;
    }

    /// Tries it out. Only root can: the files of anybody else are its own, whatever the place.
    ///
    /// @param folder the folder of the spot
    /// @param partialName names that begin so are the caller's
    /// @throws UnfitPlaceException if no trees can be kept there; the message says what it lacks,
    ///   and what to do
    static TreePlace tryOut(TreeSpot spot, Directory folder, String partialName)
            throws IOException {
        if (!Identity.ofProcess().isRoot()) {
            return new TreePlace(1);
        }
        ByteName file = ByteName.of(partialName + "-tried");
        ByteName link = ByteName.of(partialName + "-tried-link");
        try {
            folder.removeTree(file);
            folder.removeTree(link);
            return new TreePlace(tried(spot, folder, file, link));
        } finally {
            folder.removeTree(file);
            folder.removeTree(link);
        }
    }

    private static int tried(TreeSpot spot, Directory folder, ByteName file, ByteName link)
            throws IOException {
        try (PosixFile made = folder.create(file, 0600)) {
            tryLink(spot, folder, file, link);
            // Last, since what is asked for before may be a cache's answer until something is set.
            made.setMode(MODE);
            if (folder.stat(file).uid() == OWNER_OF_LINK) {
                throw unfit(spot, "gives the owner of a symbolic link to the file it leads to");
            }
            if (folder.stat(link).uid() != OWNER_OF_LINK) {
                throw unfit(spot, "keeps no owners of symbolic links");
            }
            set(spot, "no owners", () -> made.setOwner(OWNER, OWNER));
            set(spot, "no times", () -> made.setTimes(SECONDS, NANOS));
        }
        FileStat kept = folder.stat(file);
        if (kept.uid() != OWNER || kept.gid() != OWNER) {
            throw unfit(spot, "keeps no owners");
        }
        if (kept.mode() != MODE) {
            throw unfit(spot, "keeps no modes");
        }
        return grain(spot, kept);
    }

    private static void tryLink(TreeSpot spot, Directory folder, ByteName file, ByteName link)
            throws IOException {
        String lacks = "no symbolic links";
        set(spot, lacks, () -> folder.makeSymlink(link, ANYWHERE));
        set(
                spot,
                lacks + " that lead anywhere",
                () -> {
                    if (!folder.readLink(link).equals(ANYWHERE)) {
                        throw unfit(spot, "changes the targets of symbolic links");
                    }
                });
        folder.removeFile(link);
        set(spot, lacks, () -> folder.makeSymlink(link, file.value()));
        set(
                spot,
                "no owners of symbolic links",
                () -> folder.setOwner(link, OWNER_OF_LINK, OWNER_OF_LINK));
        set(spot, "no times of symbolic links", () -> folder.setTimes(link, SECONDS, NANOS));
    }

    /// A step that a file system may refuse.
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static void set(TreeSpot spot, String lacks, Step step) throws IOException {
        try {
            step.run();
        } catch (PosixException e) {
            if (e.isUnsupported() || e.is(Errno.EPERM) || e.is(Errno.EACCES)) {
                UnfitPlaceException unfit = unfit(spot, "keeps " + lacks);
                unfit.initCause(e);
                throw unfit;
            }
            throw e;
        }
    }

    private static int grain(TreeSpot spot, FileStat kept) throws IOException {
        for (int grain = 1; kept.mtimeSeconds() == SECONDS; grain *= 10) {
            if (kept.mtimeNanos() == NANOS - NANOS % grain) {
                return grain;
            }
            if (grain == COARSEST) {
                break;
            }
        }
        throw unfit(spot, "does not keep the times of files");
    }

    private static UnfitPlaceException unfit(TreeSpot spot, String why) throws IOException {
        return new UnfitPlaceException(
                "no incremental backups can be kept in %s: its file system (%s) %s; set backuptype to compressed (pkgacct: leave incremental out), or let root do there what it does on a disk (NFS: no_root_squash)"
                        .formatted(spot.folder(), Files.getFileStore(spot.folder()).type(), why));
    }

    /// How many nanoseconds times are counted in there.
    int grain() {
        return grain;
    }

    /// What a member keeps of these.
    Attributes of(Attributes wanted) {
        int nanos = wanted.mtimeNanos() - wanted.mtimeNanos() % grain;
        return nanos == wanted.mtimeNanos()
                ? wanted
                : new Attributes(
                        wanted.mode(),
                        wanted.uid(),
                        wanted.gid(),
                        wanted.mtimeSeconds(),
                        nanos,
                        wanted.xattrs());
    }
}
