package dev.packhorse.engine.job;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Tier;
import java.time.LocalDate;
import java.util.Objects;

/// Arguments of an UPLOAD job: one archive and its manifest from the backup directory to one
/// destination, or the system backup of a run.
///
/// @param account whose archive it is; of a system backup a name that no account has
/// @param destination the destination's id
/// @param tier the calendar the archive belongs to
/// @param date its slot's name
/// @param archive the archive's key below the backup directory
/// @param sizeBytes the archive's size
/// @param sha256 the archive's digest
/// @param label what somebody called the backup, empty for nothing
/// @param streamed whether the archive is at the destination already, since it was packed straight
///   into its upload: then it is only looked at
/// @param system whether it is the bundle of a system backup, which is made when it is sent: until
///   then it has neither size nor digest
/// @param lastDumps what the arrival of a system backup must not remove at the destination
public record UploadArguments(
        String account,
        String destination,
        Tier tier,
        String date,
        String archive,
        long sizeBytes,
        String sha256,
        String label,
        Boolean streamed,
        Boolean system,
        LastDumps lastDumps) {
    public UploadArguments {
        // Jobs of before an update have none.
        label = Objects.requireNonNullElse(label, "");
        streamed = Objects.requireNonNullElse(streamed, false);
        system = Objects.requireNonNullElse(system, false);
        lastDumps = Objects.requireNonNullElse(lastDumps, LastDumps.NONE);
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

    /// An upload of an archive.
    UploadArguments(
            String account,
            String destination,
            Tier tier,
            String date,
            String archive,
            long sizeBytes,
            String sha256,
            String label,
            boolean streamed) {
        this(
                account,
                destination,
                tier,
                date,
                archive,
                sizeBytes,
                sha256,
                label,
                streamed,
                false,
                LastDumps.NONE);
    }

    /// The upload of a run's system backup.
    static UploadArguments ofSystem(
            DestinationId destination, Tier tier, LocalDate date, LastDumps lastDumps) {
        return new UploadArguments(
                RunJobs.SYSTEM,
                destination.value(),
                tier,
                date.toString(),
                SystemFolder.bundleKey(tier, date).value(),
                0,
                "",
                "",
                false,
                true,
                lastDumps);
    }
}
