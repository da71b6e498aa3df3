package dev.packhorse.engine.archive;

import dev.packhorse.engine.index.SegmentKey;
import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Members that follow each other in an archive and are packed together. They may be put by a
/// worker while others go on, or not at all, because an earlier archive holds them. Together they
/// must not take more than [ArchiveSink#room()] says, headers included.
public interface ArchiveRun {
    /// How many members there are, for those who watch.
    long members();

    /// About how much content they have, for those who watch.
    long bytes();

    /// The folders among the members.
    List<BytePath> folders();

    /// Under which key an earlier archive may hold exactly these members; empty if they must be
    /// read.
    Optional<SegmentKey> key();

    /// Puts the members, in their order. Called on a thread that may read them.
    ///
    /// @return whether what was put is what the key stands for, and will be known by it
    /// @throws IOException if the archive cannot be written, or the run was cancelled
    boolean addTo(ArchiveSink sink) throws IOException;

    /// Tells that the members are in the archive; runs are told in their order.
    ///
    /// @param how where they came from
    void added(Origin how);

    /// Where members came from.
    enum Origin {
        /// They were read.
        READ,
        /// They were taken over from an earlier archive.
        TAKEN,
        /// They were read although an earlier archive holds them, and are what it holds.
        PROVEN,
        /// They were read although an earlier archive holds them, and differ from what it holds.
        DISPROVEN
    }
}
