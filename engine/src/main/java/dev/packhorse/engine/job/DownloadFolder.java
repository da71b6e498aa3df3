package dev.packhorse.engine.job;

import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.rootfile.TrustedPath;
import dev.packhorse.engine.rootfile.UntrustedPathException;
import dev.packhorse.engine.staging.InsufficientSpaceException;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.staging.Suits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where one job's download lies: in the job's own folder in staging, or in the folder that the
/// backup configuration names for it, of which nothing is used that anybody but root could change.
///
/// @param own the job's folder in staging
/// @param root of the host that the configuration is about
/// @param elsewhere `remote_restore_staging_dir` as the host sees it; empty if it is not set
record DownloadFolder(Path own, StagingArea staging, HostRoot root, Optional<String> elsewhere) {
    private static final String KEY = "remote_restore_staging_dir";

    /// Takes over what an ended job has left, if it suits.
    boolean takeOver(Suits suits) throws IOException {
        return staging.takeOver(own, suits);
    }

    /// Where the archive of a folder lies that a job has left.
    Path placeOf(Path left) throws IOException {
        return staging.placeOf(left);
    }

    /// Makes what is missing of it. A job that has begun keeps to its place if the configuration
    /// changes.
    ///
    /// @return where the archive is to lie
    /// @throws UntrustedPathException if others could change the folder that is configured
    /// @throws IOException if it cannot be made; the message names the key if that is why
    Path make() throws IOException {
        Optional<Path> below = below();
        try {
            Path place = staging.makePlace(own, below);
            if (!place.equals(own)) {
                trusted("/" + root.folder().relativize(place));
            }
            return place;
        } catch (NoSuchFileException e) {
            throw gone(e.getFile(), e);
        }
    }

    private Optional<Path> below() throws IOException {
        if (elsewhere.isEmpty() || Files.exists(own)) {
            return Optional.empty();
        }
        Path folder = trusted(elsewhere.get());
        if (!Files.isDirectory(folder)) {
            throw gone(elsewhere.get(), null);
        }
        return Optional.of(folder);
    }

    private static IOException gone(String folder, @Nullable NoSuchFileException cause) {
        return new IOException(
                "%s: %s is not there: make the folder, mount its disk or set another"
                        .formatted(KEY, folder),
                cause);
    }

    private Path trusted(String hostPath) throws IOException {
        try {
            return new TrustedPath(root.folder()).folder(hostPath);
        } catch (UntrustedPathException e) {
            throw new UntrustedPathException(KEY + " cannot be used: " + e.getMessage());
        }
    }

    /// Checks that so much more can be written at the place.
    ///
    /// @throws InsufficientSpaceException if not; the message says which setting helps
    void requireSpace(Path place, long bytes) throws IOException {
        try {
            staging.requireSpace(place, bytes);
        } catch (InsufficientSpaceException e) {
            throw new InsufficientSpaceException(
                    e.getMessage() + "; " + KEY + " can name a folder on another disk");
        }
    }
}
