package dev.packhorse.engine.model;

import dev.packhorse.transport.spi.ObjectKey;
import java.time.Instant;
import java.time.LocalDate;

/// One account as it was at one moment, kept whole and verified at one destination.
///
/// @param account whose it is
/// @param destination where the archive lies
/// @param tier the calendar it belongs to
/// @param date the date of its slot, in the server's zone
/// @param archive the archive's key below the destination's root, as
///   `2026-11-24/accounts/demo.tar.gz`; its folder names the slot
/// @param sizeBytes the archive's size; of a tree, that of all its files
/// @param sha256 the archive's digest, lower-case hex
/// @param packedAt when packing ended
/// @param node the server that packed it
/// @param label what somebody called the backup by hand that made it, empty for none
public record RestorePoint(
        AccountName account,
        DestinationId destination,
        Tier tier,
        LocalDate date,
        ObjectKey archive,
        long sizeBytes,
        String sha256,
        Instant packedAt,
        String node,
        String label) {
    /// A point without a label.
    public RestorePoint(
            AccountName account,
            DestinationId destination,
            Tier tier,
            LocalDate date,
            ObjectKey archive,
            long sizeBytes,
            String sha256,
            Instant packedAt,
            String node) {
        this(account, destination, tier, date, archive, sizeBytes, sha256, packedAt, node, "");
    }

    /// The same with a label.
    public RestorePoint withLabel(String words) {
        return new RestorePoint(
                account,
                destination,
                tier,
                date,
                archive,
                sizeBytes,
                sha256,
                packedAt,
                node,
                words);
    }

    /// Its slot, as the archive's key tells it.
    public SlotName slot() {
        String path = archive.value();
        String below = path.startsWith(tier.folder()) ? path.substring(tier.folder().length()) : "";
        int slash = below.indexOf('/');
        return SlotName.find(slash < 0 ? "" : below.substring(0, slash))
                .filter(slot -> slot.date().equals(date))
                .orElse(SlotName.of(date));
    }

    /// The form in which the account is kept.
    public ArchiveForm form() {
        return ArchiveForm.of(archive.name());
    }
}
