package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.archive.SealedManifest;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Brings the archive of a restore within reach: in place from the backup directory, copied into
/// staging from anywhere else. Says how far it may be believed. Safe for many threads.
public final class ArchiveFetcher {
    private static final int BLOCK = 1 << 18;

    private final Catalog catalog;
    private final ServerBackups backups;
    private final DestinationStore destinations;
    private final TransportOpener opener;
    private final StagingArea staging;
    private final ManifestMac mac;
    private final SafetyCopies safety;

    public ArchiveFetcher(
            Catalog catalog,
            ServerBackups backups,
            DestinationStore destinations,
            TransportOpener opener,
            StagingArea staging,
            ManifestMac mac,
            SafetyCopies safety) {
        this.catalog = catalog;
        this.backups = backups;
        this.destinations = destinations;
        this.opener = opener;
        this.staging = staging;
        this.mac = mac;
        this.safety = safety;
    }

    /// Fetches.
    ///
    /// @param work a folder of the run
    /// @throws IOException if there is no such archive or it cannot be fetched; the message says
    ///   which
    FetchedArchive fetch(RestoreArguments arguments, Path work, Cancellation cancellation)
            throws IOException {
        AccountName account = new AccountName(arguments.account());
        if (!arguments.archivePath().isEmpty()) {
            return fromHost(arguments, work, cancellation);
        }
        if (arguments.destination().equals(RestoreArguments.SAFETY)) {
            SafetyCopies.Found copy = safety.find(account, arguments.restorePoint());
            return fetched(copy.archive(), Files.readAllBytes(copy.manifest()), arguments);
        }
        DestinationId destination = new DestinationId(arguments.destination());
        SlotName slot = SlotName.parse(arguments.restorePoint());
        RestorePoint point =
                catalog.find(account, destination, slot)
                        .orElseThrow(() -> new IOException(absent(account, destination, slot)));
        return destination.isLocal()
                ? fromBackupDirectory(point, arguments, work, cancellation)
                : fromDestination(point, arguments, work, cancellation);
    }

    private String absent(AccountName account, DestinationId destination, SlotName slot) {
        return new OtherCopies(catalog)
                .explain(account, destination, slot)
                .orElseGet(() ->
                        "there is no restore point of %s on %s at destination %s"
                                .formatted(account, slot, destination));
    }

    /// Opens an archive of the backup directory by its index, for restores of parts: no more of it
    /// is read than they need. Only archives that are proven to be this server's own have an index
    /// that can be believed.
    ///
    /// @param folder an empty folder of the run
    /// @return empty for any other archive, which is fetched and judged as a whole
    Optional<IndexedFile> indexed(RestoreArguments arguments, Path folder) throws IOException {
        if (!arguments.archivePath().isEmpty()
                || arguments.destination().equals(RestoreArguments.SAFETY)
                || !new DestinationId(arguments.destination()).isLocal()) {
            return Optional.empty();
        }
        Optional<RestorePoint> point =
                catalog.find(
                        new AccountName(arguments.account()),
                        DestinationId.LOCAL,
                        SlotName.parse(arguments.restorePoint()));
        if (point.isEmpty()) {
            return Optional.empty();
        }
        BackupDirectory directory = backups.directory();
        Path archive = directory.place(point.get().archive());
        if (!Files.isRegularFile(archive)) {
            return Optional.empty();
        }
        Optional<Manifest> proven = proven(PointManifest.here(directory, point.get()), arguments);
        return proven.isEmpty()
                ? Optional.empty()
                : IndexedFile.open(
                        archive,
                        directory.place(BackupDirectory.indexKey(point.get().archive())),
                        proven.get(),
                        folder);
    }

    private FetchedArchive fromBackupDirectory(
            RestorePoint point, RestoreArguments arguments, Path work, Cancellation cancellation)
            throws IOException {
        BackupDirectory directory = backups.directory();
        Path archive = directory.place(point.archive());
        if (!Files.exists(archive)) {
            throw new IOException("the archive " + archive + " is gone");
        }
        byte[] json = PointManifest.here(directory, point);
        if (!Files.isDirectory(archive)) {
            return fetched(archive, json, arguments);
        }
        Optional<Manifest> proven = proven(json, arguments);
        return proven.isPresent()
                ? fromTree(archive, proven.get(), work, cancellation)
                : copied(archive, arguments, work, cancellation);
    }

    /// A tree of ours is copied into one file and digested on the way, so that what is restored is
    /// what the manifest speaks for.
    private FetchedArchive fromTree(
            Path tree, Manifest manifest, Path work, Cancellation cancellation) throws IOException {
        Path file = work.resolve("archive");
        HostArchive.TreeInFile copy;
        try (HostArchive archive = HostArchive.open(tree)) {
            copy = archive.copyTreeTo(file, staging, cancellation);
        }
        if (!copy.treeSha256().equals(manifest.archive().sha256())) {
            Files.delete(file);
            throw new ArchiveException(
                    ArchiveException.Kind.DAMAGED,
                    "the tree %s does not have the digest of its manifest: something in it was changed, added or removed since it was packed; restore another date"
                            .formatted(tree));
        }
        return new FetchedArchive(
                file,
                manifest.archive().sizeBytes(),
                Optional.of(manifest),
                Optional.of(copy.fileSha256()),
                ArchiveTrust.PROVEN,
                copy.leftOut());
    }

    private FetchedArchive fromDestination(
            RestorePoint point, RestoreArguments arguments, Path work, Cancellation cancellation)
            throws IOException {
        Destination destination =
                destinations
                        .find(point.destination())
                        .orElseThrow(() ->
                                new IOException("there is no destination " + point.destination()));
        Path file = work.resolve("archive");
        staging.requireSpace(work, point.sizeBytes());
        try (Transport transport = opener.open(destination)) {
            byte[] manifest = PointManifest.at(transport, point, cancellation);
            transport.read(
                    point.archive(),
                    ByteRange.ALL,
                    bytes -> {
                        Files.deleteIfExists(file);
                        copy(bytes, file, cancellation);
                        return file;
                    },
                    cancellation);
            return fetched(file, manifest, arguments);
        }
    }

    private FetchedArchive fromHost(
            RestoreArguments arguments, Path work, Cancellation cancellation) throws IOException {
        return copied(
                backups.root().resolve(arguments.archivePath()), arguments, work, cancellation);
    }

    /// Of an archive that nothing proves to be ours, or that is no single file, a copy is judged.
    private FetchedArchive copied(
            Path source, RestoreArguments arguments, Path work, Cancellation cancellation)
            throws IOException {
        Path file = work.resolve("archive");
        List<String> leftOut;
        try (HostArchive archive = HostArchive.open(source)) {
            leftOut = archive.copyTo(file, staging, cancellation);
        }
        return new FetchedArchive(
                file,
                Files.size(file),
                Optional.empty(),
                Optional.empty(),
                unproven(arguments),
                leftOut);
    }

    private static ArchiveTrust unproven(RestoreArguments arguments) {
        return arguments.trusted() ? ArchiveTrust.VOUCHED : ArchiveTrust.RESTRICTED;
    }

    private static void copy(InputStream source, Path target, Cancellation cancellation)
            throws IOException {
        byte[] block = new byte[BLOCK];
        try (FileChannel file =
                FileChannel.open(
                        target,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        BackupDirectory.FILE_MODE)) {
            for (int count = source.read(block); count >= 0; count = source.read(block)) {
                cancellation.check();
                ByteBuffer bytes = ByteBuffer.wrap(block, 0, count);
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
            }
        }
    }

    private FetchedArchive fetched(Path file, byte[] manifestJson, RestoreArguments arguments)
            throws IOException {
        Optional<Manifest> proven = proven(manifestJson, arguments);
        return new FetchedArchive(
                file,
                Files.size(file),
                proven,
                proven.map(each -> each.archive().sha256()),
                proven.isPresent() ? ArchiveTrust.PROVEN : unproven(arguments),
                List.of());
    }

    /// The manifest, if it carries this server's MAC and is about this account. A damaged one
    /// proves nothing.
    private Optional<Manifest> proven(byte[] json, RestoreArguments arguments) {
        if (json.length == 0 || json.length > ManifestJson.MOST_BYTES) {
            return Optional.empty();
        }
        try {
            SealedManifest sealed = ManifestJson.read(json);
            boolean ours =
                    mac.proves(sealed)
                            && sealed.manifest().account().value().equals(arguments.account());
            return ours ? Optional.of(sealed.manifest()) : Optional.empty();
        } catch (ArchiveException _) {
            return Optional.empty();
        }
    }
}
