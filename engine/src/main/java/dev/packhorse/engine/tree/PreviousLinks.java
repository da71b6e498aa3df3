package dev.packhorse.engine.tree;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/// Links unchanged files to those of the previous tree; a few of them are read and compared with
/// what was recorded when they were written. One thread.
final class PreviousLinks {
    /// A file with more names is copied once, and its copy linked from then on: file systems have
    /// limits (ext3 32,000, ext4 65,000).
    static final int MOST_NAMES = 31_000;

    private final LinkSample sample;
    private final int grain;
    private Optional<PreviousTree> previous;

    /// @param grain how many nanoseconds times are counted in where the trees lie
    PreviousLinks(Optional<PreviousTree> previous, LinkSample sample, int grain) {
        this.grain = grain;
        this.previous = previous;
        this.sample = sample;
    }

    boolean isEmpty() {
        return previous.isEmpty();
    }

    /// Makes the previous tree's file one of the new tree, if the record knows the source as
    /// unchanged and the file is still as it was recorded.
    ///
    /// @return the file's content hash, empty if there is nothing to link
    /// @throws DamagedTreeException if the previous tree's file is not what was written to it
    /// @throws IOException if the new tree cannot be written
    Optional<byte[]> link(TreeFolders folders, Offer offer) throws IOException {
        if (previous.isEmpty()) {
            return Optional.empty();
        }
        Optional<byte[]> content = previous.get().record().content(offer.key(), offer.origin());
        if (content.isEmpty()) {
            return Optional.empty();
        }
        TreeLevel level = folders.above(offer.path());
        Directory old = level.previous();
        if (old == null) {
            return Optional.empty();
        }
        Directory folder = Objects.requireNonNull(level.directory());
        if (!linkOne(old, folder, offer)) {
            return Optional.empty();
        }
        if (sample.has(offer.key())) {
            requireWhole(folder, offer, content.get());
        }
        return content;
    }

    private void requireWhole(Directory folder, Offer offer, byte[] recorded) throws IOException {
        byte[] found;
        try (PosixFile file = folder.openForReading(offer.path().name())) {
            found = sample.content(file, offer.source().sizeBytes());
        } catch (PosixException e) {
            throw DamagedTreeException.of(offer.path().toString(), e);
        }
        if (!Arrays.equals(found, recorded)) {
            throw new DamagedTreeException(offer.path() + " does not hold what was written to it");
        }
    }

    private boolean linkOne(Directory old, Directory folder, Offer offer) throws IOException {
        ByteName name = offer.path().name();
        try {
            folder.makeHardLink(old, name, name);
        } catch (PosixException e) {
            if (e.is(Errno.EXDEV) || e.is(Errno.EPERM) || e.isUnsupported()) {
                // no file of that tree can be linked here
                previous = Optional.empty();
                return false;
            }
            if (e.is(Errno.ENOENT) || e.is(Errno.EMLINK)) {
                return false;
            }
            throw DamagedTreeException.of(offer.path().toString(), e);
        }
        FileStat linked = folder.stat(name);
        long names = (long) linked.links() + offer.source().links();
        if (offer.isLike(linked, grain) && names <= MOST_NAMES) {
            return true;
        }
        folder.removeFile(name);
        return false;
    }
}
