package dev.packhorse.engine.job;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.AlikeRange;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancellableRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TreeContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the bytes that an upload sends: the archive in the backup directory, or, where that was
/// released for want of space, the very same one at another destination. Safe for many threads.
public final class UploadSources {
    private static final Logger LOG = LoggerFactory.getLogger(UploadSources.class);

    private final ServerBackups backups;
    private final Catalog catalog;
    private final DestinationStore destinations;
    private final TransportOpener opener;
    private final StagingArea staging;
    private final UploadHeadways headways;
    private final Semaphore bundling = new Semaphore(1);

    /// Sources whose reading tells nobody anything.
    UploadSources(
            ServerBackups backups,
            Catalog catalog,
            DestinationStore destinations,
            TransportOpener opener,
            StagingArea staging) {
        this(backups, catalog, destinations, opener, staging, new UploadHeadways());
    }

    /// @param headways told how far archives are read
    public UploadSources(
            ServerBackups backups,
            Catalog catalog,
            DestinationStore destinations,
            TransportOpener opener,
            StagingArea staging,
            UploadHeadways headways) {
        this.backups = backups;
        this.catalog = catalog;
        this.destinations = destinations;
        this.opener = opener;
        this.staging = staging;
        this.headways = headways;
    }

    /// The source of an upload; of a tree and of a system backup, the backup directory alone.
    ///
    /// @return empty if the archive is nowhere, or another one is in its place here, which counts
    ///   for more than the same one elsewhere
    /// @throws IOException if it may be at a destination that cannot be asked
    Optional<UploadSource> open(UploadArguments upload, Cancellation cancellation)
            throws IOException {
        if (upload.system()) {
            return SystemBundle.of(backups, staging, upload, bundling, cancellation)
                    .map(bundle -> bundle.watchedBy(headways, upload));
        }
        ObjectKey archive = new ObjectKey(upload.archive());
        BackupDirectory directory = backups.directory();
        Here here = new Here(directory, archive, upload, staging, headways);
        if (here.isThere()) {
            return Optional.of(here);
        }
        if (ArchiveForm.of(archive.name()) == ArchiveForm.INCREMENTAL || here.isTaken()) {
            return Optional.empty();
        }
        @Nullable IOException unasked = null;
        for (RestorePoint point : copies(upload)) {
            Optional<Destination> holder = destinations.find(point.destination());
            if (holder.isEmpty() || holder.get().disabled()) {
                continue;
            }
            try {
                Optional<UploadSource> found = at(holder.get(), point, upload, cancellation);
                if (found.isPresent()) {
                    return found;
                }
            } catch (IOException e) {
                unasked = e;
            }
        }
        if (unasked != null) {
            throw unasked;
        }
        return Optional.empty();
    }

    private List<RestorePoint> copies(UploadArguments upload) {
        DestinationId target = new DestinationId(upload.destination());
        return catalog.ofAccount(new AccountName(upload.account())).stream()
                .filter(point -> !point.destination().isLocal())
                .filter(point -> !point.destination().equals(target))
                .filter(point -> point.archive().value().equals(upload.archive()))
                .filter(point -> point.sha256().equals(upload.sha256()))
                .toList();
    }

    private Optional<UploadSource> at(
            Destination holder,
            RestorePoint point,
            UploadArguments upload,
            Cancellation cancellation)
            throws IOException {
        Transport transport = opener.open(holder);
        boolean handedOver = false;
        try {
            if (!holds(transport, point.archive(), upload.sizeBytes())) {
                return Optional.empty();
            }
            LOG.atInfo()
                    .addKeyValue("archive", point.archive())
                    .addKeyValue("from", holder.name())
                    .log("the archive is not here any more and is sent on from where it is");
            There source =
                    There.of(transport, point, upload, staging.newFolder(), headways, cancellation);
            handedOver = true;
            return Optional.of(source);
        } finally {
            if (!handedOver) {
                transport.close();
            }
        }
    }

    /// Whether an archive can be sent on from a place.
    static boolean holds(Transport transport, ObjectKey archive, long sizeBytes)
            throws IOException {
        return transport.traits().readsRanges() && has(transport, archive, sizeBytes);
    }

    /// Whether an archive is at a place, as long as it should be.
    static boolean has(Transport transport, ObjectKey archive, long sizeBytes) throws IOException {
        Optional<ObjectInfo> there = transport.stat(archive);
        return there.isPresent() && there.get().sizeBytes() == sizeBytes;
    }

    /// In the backup directory.
    private record Here(
            BackupDirectory directory,
            ObjectKey archive,
            UploadArguments upload,
            StagingArea staging,
            UploadHeadways headways)
            implements UploadSource {
        @Override
        public Path index() {
            return directory.place(BackupDirectory.indexKey(archive));
        }

        @Override
        public Map<ObjectKey, Content> beside() throws IOException {
            Map<ObjectKey, Content> found = new LinkedHashMap<>();
            for (ObjectKey small : smalls(archive)) {
                if (Files.exists(directory.place(small))) {
                    found.put(small, FileContent.of(directory.place(small)));
                }
            }
            return found;
        }

        @Override
        public Content archive(List<AlikeRange> alike) {
            return headways.watch(
                    upload,
                    new FileContent(
                            directory.place(archive), upload.sizeBytes(), upload.sha256(), alike));
        }

        @Override
        public TreeContent tree(List<ObjectKey> earlier) {
            return new FolderContent(
                    directory.place(archive),
                    upload.sizeBytes(),
                    upload.sha256(),
                    earlier,
                    staging);
        }

        /// Whether a file is in the place that is not the archive.
        boolean isTaken() {
            return Files.exists(directory.place(archive), LinkOption.NOFOLLOW_LINKS) && !isThere();
        }

        /// Another length is that of a later archive of the same date, which has an upload of its
        /// own; a tree is compared when it was sent.
        @Override
        public boolean isThere() {
            Path place = directory.place(archive);
            return ArchiveForm.of(archive.name()) == ArchiveForm.INCREMENTAL
                    ? Files.isDirectory(place)
                    : place.toFile().length() == upload.sizeBytes();
        }

        @Override
        public void close() {}
    }

    private static List<ObjectKey> smalls(ObjectKey archive) {
        return List.of(BackupDirectory.manifestKey(archive), BackupDirectory.indexKey(archive));
    }

    /// At a destination; manifest and index are fetched into a working folder.
    private record There(
            Transport transport,
            ObjectKey archive,
            UploadArguments upload,
            WorkFolder work,
            UploadHeadways headways,
            Cancellation cancellation)
            implements UploadSource {
        static There of(
                Transport transport,
                RestorePoint point,
                UploadArguments upload,
                WorkFolder work,
                UploadHeadways headways,
                Cancellation cancellation)
                throws IOException {
            There source =
                    new There(transport, point.archive(), upload, work, headways, cancellation);
            boolean whole = false;
            try {
                source.fetchBeside(point);
                whole = true;
                return source;
            } finally {
                if (!whole) {
                    work.close();
                }
            }
        }

        /// Of the index no more than the manifest says.
        private void fetchBeside(RestorePoint point) throws IOException {
            byte[] manifest = PointManifest.at(transport, point, cancellation);
            if (manifest.length > 0) {
                Files.write(file(BackupDirectory.manifestKey(archive)), manifest);
            }
            ObjectKey index = BackupDirectory.indexKey(archive);
            if (transport.stat(index).isEmpty()) {
                return;
            }
            long most = PointManifest.mostOfIndex(manifest, index);
            transport.read(
                    index,
                    ByteRange.ALL,
                    in ->
                            Files.copy(
                                    new CancellableRange(in, most, cancellation),
                                    file(index),
                                    StandardCopyOption.REPLACE_EXISTING),
                    cancellation);
            requireIndexOf(point, manifest);
        }

        /// While an archive is replaced, the index of the next is there before it.
        private void requireIndexOf(RestorePoint point, byte[] manifest) throws IOException {
            ObjectKey index = BackupDirectory.indexKey(point.archive());
            Optional<String> sha256 = PointManifest.digestOfIndex(manifest, index);
            if (sha256.isPresent() && !sha256.get().equals(Sha256.of(file(index)))) {
                throw new IOException(
                        "the index %s at destination %s is of another archive"
                                .formatted(index, point.destination()));
            }
        }

        private Path file(ObjectKey key) {
            return work.path().resolve(key.name());
        }

        @Override
        public Path index() {
            return file(BackupDirectory.indexKey(archive));
        }

        @Override
        public Map<ObjectKey, Content> beside() throws IOException {
            Map<ObjectKey, Content> found = new LinkedHashMap<>();
            for (ObjectKey small : smalls(archive)) {
                if (Files.exists(file(small))) {
                    found.put(small, FileContent.of(file(small)));
                }
            }
            return found;
        }

        @Override
        public Content archive(List<AlikeRange> alike) {
            return headways.watch(
                    upload,
                    new FarContent(
                            transport, archive, upload.sizeBytes(), upload.sha256(), cancellation));
        }

        @Override
        public TreeContent tree(List<ObjectKey> earlier) {
            throw new IllegalStateException("trees are sent from the backup directory alone");
        }

        @Override
        public boolean isThere() {
            return true;
        }

        @Override
        public void close() throws IOException {
            try (work) {
                transport.close();
            }
        }
    }
}
