package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// Guesses how much content an account has by its newest archive in the backup directory, for those
/// who look on; nothing else depends on it. Stateless.
final class ExpectedContent {
    /// Who has none in so many dates has none.
    private static final int MOST_LOOKED_AT = 12;

    private ExpectedContent() {}

    /// Bytes of content, 0 if there is no archive to guess by.
    ///
    /// @param suffix the ending of the archive's name
    /// @throws IOException if the backup directory cannot be read
    static long of(BackupDirectory directory, AccountName account, String suffix)
            throws IOException {
        SortedMap<SlotName, Tier> slots = new TreeMap<>(Comparator.reverseOrder());
        for (Tier tier : Tier.values()) {
            directory.slots(tier).forEach(slot -> slots.putIfAbsent(slot, tier));
        }
        List<Map.Entry<SlotName, Tier>> newest =
                slots.entrySet().stream().limit(MOST_LOOKED_AT).toList();
        for (Map.Entry<SlotName, Tier> slot : newest) {
            ObjectKey key =
                    BackupDirectory.archiveKey(slot.getValue(), slot.getKey(), account, suffix);
            OptionalLong bytes = bytes(directory.place(BackupDirectory.manifestKey(key)));
            if (bytes.isPresent()) {
                return bytes.getAsLong();
            }
        }
        return 0;
    }

    private static OptionalLong bytes(Path manifest) throws IOException {
        if (!Files.isRegularFile(manifest, LinkOption.NOFOLLOW_LINKS)
                || Files.size(manifest) > ManifestJson.MOST_BYTES) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(
                    ManifestJson.read(Files.readAllBytes(manifest))
                            .manifest()
                            .totals()
                            .unpackedBytes());
        } catch (ArchiveException _) {
            // Verification tells of it; here it is only no help.
            return OptionalLong.empty();
        }
    }
}
