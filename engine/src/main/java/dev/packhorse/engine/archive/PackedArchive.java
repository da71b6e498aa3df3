package dev.packhorse.engine.archive;

/// What a finished archive is and holds.
///
/// @param sizeBytes size of the archive file
/// @param sha256 digest of the archive file, lower-case hex
/// @param totals what it holds
public record PackedArchive(long sizeBytes, String sha256, ArchiveTotals totals) {}
