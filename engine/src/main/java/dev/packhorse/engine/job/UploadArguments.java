package dev.packhorse.engine.job;

import dev.packhorse.engine.model.Tier;

/// Arguments of an UPLOAD job: one archive and its manifest from the backup directory to one
/// destination.
///
/// @param account whose archive it is
/// @param destination the destination's id
/// @param tier the calendar the archive belongs to
/// @param date its slot's date, `YYYY-MM-DD`
/// @param archive the archive's key below the backup directory
/// @param sizeBytes the archive's size
/// @param sha256 the archive's digest
public record UploadArguments(
        String account,
        String destination,
        Tier tier,
        String date,
        String archive,
        long sizeBytes,
        String sha256) {}
