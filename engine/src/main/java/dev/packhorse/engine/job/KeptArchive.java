package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.ObjectKey;
import java.util.Comparator;

/// An account's archive or tree in the backup directory, as its name tells of it.
///
/// @param key where it lies below the directory
/// @param sizeBytes size of the archive file; of a tree, what its manifest says, 0 without one
/// @param hasIndex whether a side index lies beside it; a tree needs none
/// @param label what somebody called the backup, empty for nothing and where it is not known
public record KeptArchive(
        AccountName account,
        Tier tier,
        SlotName slot,
        ObjectKey key,
        long sizeBytes,
        boolean hasIndex,
        String label) {
    /// By slot, the newest first; of one slot daily before weekly before monthly.
    static final Comparator<KeptArchive> NEWEST_FIRST =
            Comparator.comparing(KeptArchive::slot)
                    .reversed()
                    .thenComparing(KeptArchive::tier)
                    .thenComparing(each -> each.key().value());

    /// How an administrator names it, as `2026-11-25`, `2026-11-25.1400` or `weekly/2026-11-22`.
    public String when() {
        return tier.folder() + slot;
    }

    /// The form in which the account is kept.
    public ArchiveForm form() {
        return ArchiveForm.of(key.name());
    }
}
