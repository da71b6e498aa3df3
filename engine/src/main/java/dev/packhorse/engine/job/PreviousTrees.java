package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.engine.tree.PreviousTree;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds the tree that an account's next tree is linked to: the newest of all calendars.
final class PreviousTrees {
    private PreviousTrees() {}

    /// Opens it; empty if there is none. One with a damaged record is told in the log, and the next
    /// older one is taken; and so it is where a tree was found damaged.
    static Optional<PreviousTree> newest(
            BackupDirectory directory,
            AccountName account,
            Predicate<ObjectKey> unsound,
            SessionLog log)
            throws IOException {
        for (Dated dated : dates(directory)) {
            var key = BackupDirectory.archiveKey(dated.tier(), dated.date(), account, "");
            if (unsound.test(key)) {
                continue;
            }
            try {
                Optional<PreviousTree> tree = PreviousTree.open(directory.tree(key));
                if (tree.isPresent()) {
                    return tree;
                }
            } catch (IOException e) {
                log.warn(
                        "nothing is linked to the tree of " + dated.date() + ": " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    private record Dated(LocalDate date, Tier tier) {}

    private static List<Dated> dates(BackupDirectory directory) throws IOException {
        List<Dated> dates = new ArrayList<>();
        for (Tier tier : Tier.values()) {
            Path folder = directory.root().resolve(tier.folder());
            if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                    for (Path entry : entries) {
                        date(entry).ifPresent(date -> dates.add(new Dated(date, tier)));
                    }
                }
            }
        }
        dates.sort(Comparator.comparing(Dated::date).reversed().thenComparing(Dated::tier));
        return dates;
    }

    private static Optional<LocalDate> date(Path folder) {
        try {
            return Optional.of(LocalDate.parse(String.valueOf(folder.getFileName())));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
