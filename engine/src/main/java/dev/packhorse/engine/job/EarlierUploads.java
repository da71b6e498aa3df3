package dev.packhorse.engine.job;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.transport.spi.AlikeRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds what an archive has in common with the account's newest one at a destination that copies
/// ranges, by the indexes of both. Of the index there only the tables are fetched. Nothing of it is
/// proven, nor need it be: they are hints.
final class EarlierUploads {
    private static final Logger LOG = LoggerFactory.getLogger(EarlierUploads.class);

    private final Catalog catalog;

    EarlierUploads(Catalog catalog) {
        this.catalog = catalog;
    }

    /// What the two have in common; nothing where that cannot be told.
    ///
    /// @param index of the archive, in the backup directory; it may not be there
    /// @throws CancelledException as asked for
    List<AlikeRange> alike(
            Transport transport,
            AccountName account,
            DestinationId destination,
            Path index,
            Cancellation cancellation)
            throws CancelledException {
        if (!transport.traits().copiesRanges()
                || !Files.isRegularFile(index, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        Optional<RestorePoint> newest =
                catalog.ofAccount(account).stream()
                        .filter(point -> point.destination().equals(destination))
                        .findFirst();
        try {
            return newest.isEmpty()
                    ? List.of()
                    : alike(transport, newest.get(), index, cancellation);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            LOG.atInfo()
                    .addKeyValue("archive", newest.get().archive())
                    .addKeyValue("reason", e.getMessage())
                    .log("an earlier archive cannot be used for the upload: all of it is sent");
            return List.of();
        }
    }

    /// The digest of what a destination has under a key, as far as the catalog knows.
    Optional<String> digestOf(AccountName account, DestinationId destination, ObjectKey archive) {
        return catalog.ofAccount(account).stream()
                .filter(point -> point.destination().equals(destination))
                .filter(point -> point.archive().equals(archive))
                .map(RestorePoint::sha256)
                .findFirst();
    }

    /// The account's trees at a destination, the newest first.
    List<ObjectKey> trees(AccountName account, DestinationId destination) {
        return catalog.ofAccount(account).stream()
                .filter(point -> point.destination().equals(destination))
                .filter(point -> point.form() == ArchiveForm.INCREMENTAL)
                .map(RestorePoint::archive)
                .toList();
    }

    private static List<AlikeRange> alike(
            Transport transport, RestorePoint earlier, Path index, Cancellation cancellation)
            throws IOException {
        ObjectKey earlierIndex = BackupDirectory.indexKey(earlier.archive());
        Optional<ObjectInfo> there = transport.stat(earlierIndex);
        if (there.isEmpty()) {
            return List.of();
        }
        RangeSource source =
                new TransportRange(transport, earlierIndex, there.get().sizeBytes(), cancellation);
        ArchiveIndex before = ArchiveIndex.open(source);
        if (!before.facts().archiveSha256().equals(earlier.sha256())) {
            return List.of();
        }
        try (FileChannel file = FileChannel.open(index, StandardOpenOption.READ)) {
            return SharedSegments.between(
                    before, ArchiveIndex.open(RangeSource.of(file)), earlier.archive());
        }
    }
}
