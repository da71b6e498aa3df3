package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.engine.tree.PreviousTree;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds the tree that an account's next tree is linked to: the newest of all calendars.
final class PreviousTrees {
    private PreviousTrees() {}

    /// An open tree.
    record Found(ObjectKey key, PreviousTree tree) {}

    /// Opens it; empty if there is none. One with a damaged record is told in the log, and the next
    /// older one is taken; and so it is where a tree was found damaged, or may share what was.
    static Optional<Found> newest(
            BackupDirectory directory,
            AccountName account,
            Predicate<ObjectKey> unsound,
            SessionLog log)
            throws IOException {
        for (Dated dated : dates(directory)) {
            var key = BackupDirectory.archiveKey(dated.tier(), dated.slot(), account, "");
            boolean isThere = Files.isDirectory(directory.place(key), LinkOption.NOFOLLOW_LINKS);
            if (!isThere || unsound.test(key)) {
                continue;
            }
            try {
                Optional<PreviousTree> tree = PreviousTree.open(directory.tree(key));
                if (tree.isPresent()) {
                    return Optional.of(new Found(key, tree.get()));
                }
            } catch (IOException e) {
                log.warn(
                        "nothing is linked to the tree of " + dated.slot() + ": " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    private record Dated(SlotName slot, Tier tier) {}

    private static List<Dated> dates(BackupDirectory directory) throws IOException {
        List<Dated> dates = new ArrayList<>();
        for (Tier tier : Tier.values()) {
            directory.slots(tier).forEach(slot -> dates.add(new Dated(slot, tier)));
        }
        dates.sort(Comparator.comparing(Dated::slot).reversed().thenComparing(Dated::tier));
        return dates;
    }
}
