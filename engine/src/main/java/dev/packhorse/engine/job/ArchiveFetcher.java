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
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Brings the archive of a restore within reach: in place from the backup directory, copied into
/// staging from anywhere else. Says how far it may be believed. Safe for many threads.
public final class ArchiveFetcher {
    private final Catalog catalog;
    private final ServerBackups backups;
    private final DestinationStore destinations;
    private final TransportOpener opener;
    private final StagingArea staging;
    private final ManifestMac mac;
    private final SafetyCopies safety;
    private final long pieceBytes;

    public ArchiveFetcher(
            Catalog catalog,
            ServerBackups backups,
            DestinationStore destinations,
            TransportOpener opener,
            StagingArea staging,
            ManifestMac mac,
            SafetyCopies safety) {
        this(catalog, backups, destinations, opener, staging, mac, safety, FarDownload.PIECE_BYTES);
    }

    /// @param pieceBytes how much is asked for at once where ranges are read
    ArchiveFetcher(
            Catalog catalog,
            ServerBackups backups,
            DestinationStore destinations,
            TransportOpener opener,
            StagingArea staging,
            ManifestMac mac,
            SafetyCopies safety,
            long pieceBytes) {
        this.catalog = catalog;
        this.backups = backups;
        this.destinations = destinations;
        this.opener = opener;
        this.staging = staging;
        this.mac = mac;
        this.safety = safety;
        this.pieceBytes = pieceBytes;
    }

    /// Where an archive may be put.
    ///
    /// @param work a folder of the run
    /// @param download a folder that is kept until the job ends, made if it is needed: what is
    ///   fetched from a destination goes on where an earlier try ended
    /// @param notes told what is worth a line of the log
    record Room(Path work, Path download, Consumer<String> notes) {}

    /// Fetches.
    ///
    /// @throws IOException if there is no such archive or it cannot be fetched; the message says
    ///   which
    FetchedArchive fetch(RestoreArguments arguments, Room room, Cancellation cancellation)
            throws IOException {
        Path work = room.work();
        AccountName account = arguments.packedAs();
        if (!arguments.archivePath().isEmpty()) {
            return fromHost(arguments, work, cancellation);
        }
        if (arguments.destination().equals(RestoreArguments.SAFETY)) {
            SafetyCopies.Found copy = safety.find(account, arguments.restorePoint());
            return fetched(
                    copy.archive(),
                    ours(Files.readAllBytes(copy.manifest()), arguments),
                    arguments);
        }
        DestinationId destination = new DestinationId(arguments.destination());
        SlotName slot = SlotName.parse(arguments.restorePoint());
        RestorePoint point =
                catalog.find(account, destination, slot)
                        .orElseThrow(() -> new IOException(absent(account, destination, slot)));
        return destination.isLocal()
                ? fromBackupDirectory(point, arguments, work, cancellation)
                : fromDestination(point, arguments, room, cancellation);
    }

    private String absent(AccountName account, DestinationId destination, SlotName slot) {
        return new OtherCopies(catalog)
                .explain(account, destination, slot)
                .orElseGet(() ->
                        "there is no restore point of %s on %s at destination %s"
                                .formatted(account, slot, destination));
    }

    /// Opens an archive by its index, for restores of parts: no more of it is read than they need.
    /// Only archives that are proven to be this server's own have an index that can be believed.
    ///
    /// @param folder an empty folder of the run
    /// @param notes told why an index is of no use
    /// @return empty for any other archive, which is fetched and judged as a whole
    /// @throws IOException if the archive cannot be read, or is certain to be damaged
    Optional<IndexedFile> indexed(
            RestoreArguments arguments,
            Path folder,
            Consumer<String> notes,
            Cancellation cancellation)
            throws IOException {
        if (!arguments.archivePath().isEmpty()
                || arguments.destination().equals(RestoreArguments.SAFETY)) {
            return Optional.empty();
        }
        Optional<RestorePoint> point =
                catalog.find(
                        arguments.packedAs(),
                        new DestinationId(arguments.destination()),
                        SlotName.parse(arguments.restorePoint()));
        if (point.isEmpty()) {
            return Optional.empty();
        }
        return point.get().destination().isLocal()
                ? indexedHere(point.get(), arguments, folder)
                : indexedFar(point.get(), arguments, folder, notes, cancellation);
    }

    private Optional<IndexedFile> indexedHere(
            RestorePoint point, RestoreArguments arguments, Path folder) throws IOException {
        BackupDirectory directory = backups.directory();
        Path archive = directory.place(point.archive());
        if (!Files.isRegularFile(archive)) {
            return Optional.empty();
        }
        Optional<Manifest> proven =
                ours(PointManifest.here(directory, point), arguments)
                        .filter(manifest -> speaksOf(manifest, point));
        return proven.isEmpty()
                ? Optional.empty()
                : IndexedFile.open(
                        archive,
                        directory.place(BackupDirectory.indexKey(point.archive())),
                        proven.get(),
                        folder);
    }

    private Optional<IndexedFile> indexedFar(
            RestorePoint point,
            RestoreArguments arguments,
            Path folder,
            Consumer<String> notes,
            Cancellation cancellation)
            throws IOException {
        if (point.form() == ArchiveForm.INCREMENTAL) {
            return Optional.empty();
        }
        Transport transport = opener.open(destination(point));
        Optional<IndexedFile> opened = Optional.empty();
        try {
            Optional<Manifest> proven =
                    ours(PointManifest.at(transport, point, cancellation), arguments)
                            .filter(manifest -> speaksOf(manifest, point));
            if (proven.isPresent()) {
                opened =
                        new FarIndexed(transport, point, proven.get(), notes, cancellation)
                                .open(folder);
            }
            return opened;
        } finally {
            if (opened.isEmpty()) {
                transport.close();
            }
        }
    }

    private Destination destination(RestorePoint point) throws IOException {
        return destinations
                .find(point.destination())
                .orElseThrow(
                        () -> new IOException("there is no destination " + point.destination()));
    }

    private FetchedArchive fromBackupDirectory(
            RestorePoint point, RestoreArguments arguments, Path work, Cancellation cancellation)
            throws IOException {
        BackupDirectory directory = BackupPlace.mounted(backups);
        directory.requireThere();
        Path archive = directory.place(point.archive());
        if (!Files.exists(archive)) {
            throw new IOException("the archive " + archive + " is gone");
        }
        Optional<Manifest> proven = ours(PointManifest.here(directory, point), arguments);
        if (proven.isPresent() && !speaksOf(proven.get(), point)) {
            throw StoredElsewise.of(
                    point, "its manifest is that of an archive of " + proven.get().created());
        }
        if (!Files.isDirectory(archive)) {
            return fetched(archive, proven, arguments);
        }
        return proven.isPresent()
                ? fromTree(archive, archive.toString(), proven.get(), work, cancellation)
                : copied(archive, arguments, work, cancellation);
    }

    /// A tree of ours is copied into one file and digested on the way, so that what is restored is
    /// what the manifest speaks for.
    ///
    /// @param named what people call it
    private FetchedArchive fromTree(
            Path tree, String named, Manifest manifest, Path work, Cancellation cancellation)
            throws IOException {
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
                            .formatted(named));
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
            RestorePoint point, RestoreArguments arguments, Room room, Cancellation cancellation)
            throws IOException {
        try (Transport transport = opener.open(destination(point))) {
            Optional<Manifest> proven =
                    ours(PointManifest.at(transport, point, cancellation), arguments)
                            .filter(manifest -> speaksOf(manifest, point));
            if (point.form() == ArchiveForm.INCREMENTAL) {
                return fromFarTree(transport, point, proven, arguments, room.work(), cancellation);
            }
            Path file =
                    new FarDownload(
                                    transport,
                                    point,
                                    new DownloadFolder(
                                            room.download(),
                                            staging,
                                            backups.root(),
                                            backups.config().restoreStaging()),
                                    pieceBytes,
                                    room.notes(),
                                    cancellation)
                            .fetch();
            return fetched(file, proven, arguments);
        }
    }

    private FetchedArchive fromFarTree(
            Transport transport,
            RestorePoint point,
            Optional<Manifest> proven,
            RestoreArguments arguments,
            Path work,
            Cancellation cancellation)
            throws IOException {
        try (FarTree tree = FarTree.fetch(transport, point, work, staging, cancellation)) {
            if (proven.isPresent()) {
                return fromTree(tree.folder(), tree.named(), proven.get(), work, cancellation);
            }
            if (!tree.sha256(work, cancellation).equals(point.sha256())) {
                throw StoredElsewise.of(point, "it has another digest");
            }
            return copied(tree.folder(), arguments, work, cancellation);
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

    private static FetchedArchive fetched(
            Path file, Optional<Manifest> proven, RestoreArguments arguments) throws IOException {
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
    private Optional<Manifest> ours(byte[] json, RestoreArguments arguments) {
        if (json.length == 0 || json.length > ManifestJson.MOST_BYTES) {
            return Optional.empty();
        }
        try {
            SealedManifest sealed = ManifestJson.read(json);
            boolean ours =
                    mac.proves(sealed) && sealed.manifest().account().equals(arguments.packedAs());
            return ours ? Optional.of(sealed.manifest()) : Optional.empty();
        } catch (ArchiveException _) {
            return Optional.empty();
        }
    }

    /// Whether a manifest of ours is that of a point's archive. Any archive that the account ever
    /// had carries one of ours: what counts is the digest. In the backup directory a later archive
    /// of the same date may be there before the catalog tells of it; at a destination that is no
    /// reason, since who can write there has later ones, too.
    private static boolean speaksOf(Manifest manifest, RestorePoint point) {
        return manifest.archive().sha256().equals(point.sha256())
                || (point.destination().isLocal()
                        && !manifest.created().isBefore(point.packedAt()));
    }
}
