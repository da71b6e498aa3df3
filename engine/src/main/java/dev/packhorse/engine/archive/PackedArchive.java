package dev.packhorse.engine.archive;

import dev.packhorse.engine.index.IndexFile;
import java.util.Optional;

/// What a finished archive is and holds.
///
/// @param sizeBytes size of the archive file
/// @param sha256 digest of the archive file, lower-case hex
/// @param totals what it holds
/// @param index its side index, empty if none was asked for
/// @param reuse what was taken over from an earlier archive
public record PackedArchive(
        long sizeBytes,
        String sha256,
        ArchiveTotals totals,
        Optional<IndexFile> index,
        ReuseReport reuse) {
    /// One without index, of which all was read.
    public PackedArchive(long sizeBytes, String sha256, ArchiveTotals totals) {
        this(sizeBytes, sha256, totals, Optional.empty(), ReuseReport.NONE);
    }
}
