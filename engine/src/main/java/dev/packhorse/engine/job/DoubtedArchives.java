package dev.packhorse.engine.job;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.model.Verdict;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The archives of the backup directory from which nothing is taken over: those that were found
/// damaged or missing, and trees that may share the damaged file of another tree of their account,
/// whatever has become of that one. Trees share what has not changed, so one that was neither
/// packed nor read since the damage was found is no better than the one in which it was. What was
/// packed since is: it was linked to nothing, or to a tree that was proven then. Safe for many
/// threads.
public final class DoubtedArchives implements ArchiveDoubts {
    private static final Logger LOG = LoggerFactory.getLogger(DoubtedArchives.class);

    private final Catalog catalog;
    private final RetentionRecord record;

    /// @param record knows of damage whose tree is gone or was made anew
    public DoubtedArchives(Catalog catalog, RetentionRecord record) {
        this.catalog = catalog;
        this.record = record;
    }

    @Override
    public boolean test(ObjectKey archive) {
        return catalog.isUnsound(DestinationId.LOCAL, archive)
                || (isTree(archive) && sharesDoubt(archive));
    }

    @Override
    public void damaged(AccountName account, Instant found) throws IOException {
        record.doubt(account, found);
    }

    private static boolean isTree(ObjectKey archive) {
        return ArchiveForm.of(archive.name()) == ArchiveForm.INCREMENTAL
                && AccountName.isValid(archive.name());
    }

    private boolean sharesDoubt(ObjectKey archive) {
        AccountName account = new AccountName(archive.name());
        List<StoredCopy> trees =
                catalog.copiesOf(account).stream()
                        .filter(copy -> copy.point().destination().isLocal())
                        .filter(copy -> copy.point().form() == ArchiveForm.INCREMENTAL)
                        .toList();
        Optional<Instant> found =
                Stream.concat(
                                recorded(account).stream(),
                                trees.stream()
                                        .flatMap(copy -> copy.proof().stream())
                                        .filter(proof -> proof.verdict() == Verdict.DAMAGED)
                                        .map(Proof::at))
                        .max(Comparator.naturalOrder());
        return found.isPresent()
                && trees.stream()
                        .filter(copy -> copy.point().archive().equals(archive))
                        .noneMatch(copy -> copy.provenAt().isAfter(found.get()));
    }

    /// Where nobody knows, all is in doubt: that costs room, and the other might cost a file.
    private Optional<Instant> recorded(AccountName account) {
        try {
            return record.doubted(account);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("account", account)
                    .setCause(e)
                    .log("nothing is linked: whether trees were found damaged cannot be read");
            return Optional.of(Instant.MAX);
        }
    }
}
