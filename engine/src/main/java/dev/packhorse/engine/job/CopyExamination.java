package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.archive.SealedManifest;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexException;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Reads one copy to its end and compares it with the catalog. Bytes that differ are read a second
/// time before they are believed to be damaged, this time with the index, which tells where the
/// damage lies. One thread.
final class CopyExamination {
    private static final int NAMED = 3;

    private final VerifiedPlace place;
    private final ManifestMac mac;
    private final Path work;
    private final LongConsumer progress;
    private final Cancellation cancellation;
    private final TreeDigest digest;

    /// Digests a tree.
    @FunctionalInterface
    interface TreeDigest {
        /// The digest of all that a tree holds.
        ///
        /// @param spillFile for lines that wait
        String of(Path tree, Path spillFile, Cancellation cancellation) throws IOException;
    }

    /// @param mac proves manifests
    /// @param work a folder of the run
    /// @param progress told of bytes that were read
    CopyExamination(
            VerifiedPlace place,
            ManifestMac mac,
            Path work,
            LongConsumer progress,
            Cancellation cancellation) {
        this(place, mac, work, progress, cancellation, CopyExamination::digest);
    }

    CopyExamination(
            VerifiedPlace place,
            ManifestMac mac,
            Path work,
            LongConsumer progress,
            Cancellation cancellation,
            TreeDigest digest) {
        this.digest = digest;
        this.place = place;
        this.mac = mac;
        this.work = work;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /// Examines.
    ///
    /// @throws IOException if the copy could not be read to its end
    Examined of(RestorePoint point) throws IOException {
        if (!place.isThere(point)) {
            return new Examined.Missing();
        }
        try {
            return point.form() == ArchiveForm.INCREMENTAL ? tree(point) : file(point);
        } catch (TransportException e) {
            if (e.kind() == Kind.MISSING) {
                return new Examined.Missing();
            }
            if (e.kind() == Kind.CORRUPT && point.form() == ArchiveForm.INCREMENTAL) {
                return new Examined.Damaged(
                        "the tree is not the one that was stored: " + e.getMessage());
            }
            throw e;
        }
    }

    private static String digest(Path tree, Path spillFile, Cancellation cancellation)
            throws IOException {
        try (HostArchive archive = HostArchive.open(tree)) {
            return archive.treeSha256(spillFile, cancellation);
        }
    }

    /// What the disk here cannot give back, twice in a row and while the place itself is there, is
    /// lost: the trees of the account share it, and without a verdict each later one would be
    /// linked to it.
    private Examined tree(RestorePoint point) throws IOException {
        try {
            return treeOnce(point);
        } catch (PosixException e) {
            if (!isRotten(point, e)) {
                throw e;
            }
        }
        try {
            return treeOnce(point);
        } catch (PosixException e) {
            if (!isRotten(point, e) || !place.isThere(point)) {
                throw e;
            }
            return new Examined.Damaged(
                    "a file in it cannot be read, twice in a row (%s)".formatted(e.getMessage()));
        }
    }

    /// Whether the disk that holds the copy, and no limit of this process, is why it cannot be
    /// read.
    private static boolean isRotten(RestorePoint point, PosixException failure) {
        return point.destination().isLocal() && failure.isOfDisk();
    }

    private Examined treeOnce(RestorePoint point) throws IOException {
        String found =
                place.readTree(
                        point,
                        tree -> digest.of(tree, work.resolve("tree.lines"), cancellation),
                        cancellation);
        progress.accept(point.sizeBytes());
        return found.equals(point.sha256())
                ? new Examined.Whole(manifestNotes(point))
                : new Examined.Damaged(
                        "the tree does not have the digest that it was stored with: something in it was changed, added or removed");
    }

    private Examined file(RestorePoint point) throws IOException {
        if (matches(point, reading(point, Optional.<ArchiveIndex>empty()))) {
            return new Examined.Whole(manifestNotes(point));
        }
        Optional<ArchiveIndex> index = index(point);
        CopyReading second = reading(point, index);
        if (matches(point, second)) {
            List<String> notes = new ArrayList<>(manifestNotes(point));
            notes.add(
                    "it was read twice, with different bytes the first time: look at this server's memory, disks and network");
            return new Examined.Whole(notes);
        }
        Optional<Examined> older = olderOrReplaced(point, second);
        return older.isPresent()
                ? older.get()
                : new Examined.Damaged(describe(point, second, index));
    }

    /// An archive that takes the place of another of its date enters the catalog only after it is
    /// there: until then it is another one than the catalog tells, and whole. But one that was
    /// packed before that date was put there by somebody else.
    private Optional<Examined> olderOrReplaced(RestorePoint point, CopyReading reading)
            throws IOException {
        Optional<byte[]> json = place.manifest(asRead(point, reading), cancellation);
        if (json.isEmpty()) {
            return Optional.empty();
        }
        try {
            SealedManifest sealed = ManifestJson.read(json.get());
            Manifest.ArchiveFile archive = sealed.manifest().archive();
            if (mac.proves(sealed)
                    && archive.sha256().equals(reading.sha256())
                    && archive.sizeBytes() == reading.bytes()) {
                Instant packed = sealed.manifest().created();
                if (point.slot().isAfter(packed)) {
                    return Optional.of(
                            new Examined.Damaged(
                                    "an older archive of this server, packed at %s, is in its place"
                                            .formatted(packed)));
                }
                throw new IOException(
                        "it is being replaced: what is there is whole, and another archive of this server than the catalog tells");
            }
        } catch (ArchiveException _) {
            // Then the manifest proves nothing.
        }
        return Optional.empty();
    }

    /// The point that what was read would be.
    private static RestorePoint asRead(RestorePoint point, CopyReading reading) {
        return new RestorePoint(
                point.account(),
                point.destination(),
                point.tier(),
                point.date(),
                point.archive(),
                reading.bytes(),
                reading.sha256(),
                point.packedAt(),
                point.node(),
                point.label());
    }

    private CopyReading reading(RestorePoint point, Optional<ArchiveIndex> index)
            throws IOException {
        return place.read(
                point,
                bytes ->
                        CopyReading.of(bytes, index.map(SegmentWatch::new), progress, cancellation),
                cancellation);
    }

    private static boolean matches(RestorePoint point, CopyReading reading) {
        return reading.bytes() == point.sizeBytes() && reading.sha256().equals(point.sha256());
    }

    /// The index of exactly this archive, if there is one that can be read.
    private Optional<ArchiveIndex> index(RestorePoint point) throws IOException {
        Optional<RangeSource> source = place.index(point, cancellation);
        if (source.isEmpty()) {
            return Optional.empty();
        }
        try {
            ArchiveIndex index = ArchiveIndex.open(source.get());
            return index.facts().archiveSha256().equals(point.sha256())
                    ? Optional.of(index)
                    : Optional.empty();
        } catch (IndexException _) {
            return Optional.empty();
        }
    }

    private static String describe(
            RestorePoint point, CopyReading reading, Optional<ArchiveIndex> index)
            throws IOException {
        StringBuilder text = new StringBuilder(80);
        if (reading.bytes() != point.sizeBytes()) {
            text.append(
                    "it has %d bytes instead of %d; "
                            .formatted(reading.bytes(), point.sizeBytes()));
        }
        if (reading.damage().isPresent() && index.isPresent()) {
            SegmentWatch.Damage damage = reading.damage().get();
            text.append(
                    "bytes %d to %d are damaged: %s"
                            .formatted(
                                    damage.offset(),
                                    damage.offset() + damage.bytes() - 1,
                                    members(index.get(), damage.number())));
        } else if (index.isPresent()) {
            text.append("its members are whole, but there are bytes that do not belong to it");
        } else {
            text.append(
                    "its bytes are not those that were stored, and no index tells which member is damaged");
        }
        return text.toString();
    }

    private static String members(ArchiveIndex index, int segment) throws IOException {
        List<String> all;
        try {
            all = new SegmentWatch(index).membersOf(segment);
        } catch (IndexException e) {
            return "the index does not tell which member lies there (" + e.getMessage() + ")";
        }
        String named = String.join(", ", all.subList(0, Math.min(NAMED, all.size())));
        return all.size() <= NAMED
                ? named
                : named + " and " + (all.size() - NAMED) + " more members";
    }

    /// A copy without a good manifest is whole, but a restore treats it as a stranger's.
    private List<String> manifestNotes(RestorePoint point) throws IOException {
        Optional<byte[]> json = place.manifest(point, cancellation);
        if (json.isEmpty()) {
            return List.of(
                    "it has no manifest: it is restored restricted, unless root vouches for it");
        }
        try {
            SealedManifest sealed = ManifestJson.read(json.get());
            Manifest manifest = sealed.manifest();
            if (!manifest.archive().sha256().equals(point.sha256())) {
                return List.of(
                        "its manifest is that of another archive: it cannot be restored as it is");
            }
            return mac.proves(sealed)
                    ? List.of()
                    : List.of(
                            "its manifest is not sealed by this server: it is restored restricted");
        } catch (ArchiveException e) {
            return List.of("its manifest cannot be read: " + e.getMessage());
        }
    }
}
