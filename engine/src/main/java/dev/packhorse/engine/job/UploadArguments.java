package dev.packhorse.engine.job;

import dev.packhorse.engine.model.Tier;
import java.util.Objects;

/// Arguments of an UPLOAD job: one archive and its manifest from the backup directory to one
/// destination.
///
/// @param account whose archive it is
/// @param destination the destination's id
/// @param tier the calendar the archive belongs to
/// @param date its slot's name
/// @param archive the archive's key below the backup directory
/// @param sizeBytes the archive's size
/// @param sha256 the archive's digest
/// @param label what somebody called the backup, empty for nothing
/// @param streamed whether the archive is at the destination already, since it was packed straight
///   into its upload: then it is only looked at
public record UploadArguments(
        String account,
        String destination,
        Tier tier,
        String date,
        String archive,
        long sizeBytes,
        String sha256,
        String label,
        Boolean streamed) {
    public UploadArguments {
        // Jobs of before an update have none.
        label = Objects.requireNonNullElse(label, "");
        streamed = Objects.requireNonNullElse(streamed, false);
    }

    /// An upload of an archive without a label.
    public UploadArguments(
            String account,
            String destination,
            Tier tier,
            String date,
            String archive,
            long sizeBytes,
            String sha256) {
        this(account, destination, tier, date, archive, sizeBytes, sha256, "", false);
    }
}
