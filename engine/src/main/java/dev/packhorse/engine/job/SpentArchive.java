package dev.packhorse.engine.job;

import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// An archive on this server that is to be removed when it has been restored, as it was before.
/// Somebody may put another one in its place meanwhile, which then stays.
///
/// @param shown its path as the host sees it
/// @param path where it lies
/// @param before what it was
record SpentArchive(String shown, Path path, FileStat before) {
    /// The archive of a restore that asks for its removal, empty if none does.
    ///
    /// @throws IOException if there is none any more
    static Optional<SpentArchive> of(RestoreHandler.Parts parts, RestoreArguments arguments)
            throws IOException {
        if (!arguments.deleteArchive()
                || arguments.archivePath().isEmpty()
                || arguments.scope().planOnly()) {
            return Optional.empty();
        }
        Path path = parts.services().root().resolve(arguments.archivePath());
        try (HostArchive archive = HostArchive.open(path)) {
            return Optional.of(new SpentArchive(arguments.archivePath(), path, archive.stat()));
        }
    }

    /// Removes it, with all its parts.
    ///
    /// @return why it stays, empty if it is gone
    Optional<String> remove() {
        try (HostArchive archive = HostArchive.open(path)) {
            if (!isSame(archive.stat())) {
                return Optional.of("another archive lies there by now");
            }
            archive.delete();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private boolean isSame(FileStat now) {
        boolean sameFile = now.inode() == before.inode() && now.device() == before.device();
        return sameFile && (now.type() == FileType.DIRECTORY || now.equals(before));
    }
}
