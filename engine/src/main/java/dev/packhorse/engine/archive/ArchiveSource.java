package dev.packhorse.engine.archive;

import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A judged archive, as restore modules see it. Everything outside `homedir/` lies unpacked in a
/// root-only folder, so it can be read in any order; the home directory is streamed from the
/// archive in its own order.
public interface ArchiveSource {
    /// The unpacked copy of a member outside `homedir/`, empty if the archive has no such file. The
    /// path is safe to open: nobody but root can change it. Names are those of the archive, as
    /// `cp/demo`.
    Optional<Path> file(String path);

    /// The names, sorted, directly below a folder outside `homedir/`; empty if it is absent. Files
    /// and folders.
    List<String> names(String folder);

    /// The text of a small member (at most 16 MiB), with bytes that are no UTF-8 kept as
    /// [dev.packhorse.engine.posix.LosslessText] keeps them; empty if absent.
    ///
    /// @throws IOException if it cannot be read, or is larger
    Optional<String> text(String path) throws IOException;

    /// Streams a folder itself, if the archive has it, and the members below it, in archive order,
    /// parents before their contents. Folders that the archive leaves out are made up.
    ///
    /// @param below such as `homedir`
    /// @throws IOException if the archive cannot be read; failures of the visitor come through as
    ///   they are
    void forEach(BytePath below, EntryVisitor visitor) throws IOException;

    /// Receives members.
    @FunctionalInterface
    interface EntryVisitor {
        /// Takes a member.
        ///
        /// @param entry its path is relative to the archive's top folder
        /// @param content the bytes of a regular file without its holes' zeros (the regions in
        ///   order), empty for others
        void visit(ArchiveEntry entry, InputStream content) throws IOException;
    }
}
