package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/// Finds the manifest of a restore point. It lies beside the archive; where a replacement of the
/// archive was cut short or is under way, that one is of another archive, and the right one was
/// kept under another key.
final class PointManifest {
    private static final long SMALL_INDEX = 64L << 20;

    private PointManifest() {}

    /// In the backup directory.
    ///
    /// @return empty if there is none; else it need not be whole, sealed, or of this archive
    static byte[] here(BackupDirectory directory, RestorePoint point) throws IOException {
        return fitting(point, key -> bytes(directory.place(key)));
    }

    /// At a destination; as [#here].
    static byte[] at(Transport transport, RestorePoint point, Cancellation cancellation)
            throws IOException {
        return fitting(point, key -> bytes(transport, key, cancellation));
    }

    /// Whether a manifest, sealed or not, is of an archive of this digest.
    static boolean speaksOf(byte[] manifest, String sha256) {
        return archive(manifest).filter(file -> file.sha256().equals(sha256)).isPresent();
    }

    /// The name of the archive that a manifest is of, sealed or not; empty if there is no manifest.
    static Optional<String> archiveName(Path manifest) throws IOException {
        return archive(bytes(manifest)).map(Manifest.ArchiveFile::name);
    }

    /// How long the archive is that a manifest is of; empty if it is no manifest.
    static Optional<Long> length(byte[] manifest) {
        return archive(manifest).map(Manifest.ArchiveFile::sizeBytes);
    }

    /// How much may be fetched of the index beside an archive: as much as its manifest says, or as
    /// a small one has.
    static long mostOfIndex(byte[] manifest, ObjectKey index) {
        return beside(manifest, index).map(Manifest.ArchiveFile::sizeBytes).orElse(SMALL_INDEX);
    }

    /// The digest of the index that belongs to an archive, if its manifest tells it.
    static Optional<String> digestOfIndex(byte[] manifest, ObjectKey index) {
        return beside(manifest, index).map(Manifest.ArchiveFile::sha256);
    }

    private static Optional<Manifest.ArchiveFile> beside(byte[] manifest, ObjectKey key) {
        return parsed(manifest).stream()
                .flatMap(each -> each.beside().stream())
                .filter(file -> file.name().equals(key.name()))
                .findFirst();
    }

    private static Optional<Manifest.ArchiveFile> archive(byte[] manifest) {
        return parsed(manifest).map(Manifest::archive);
    }

    private static Optional<Manifest> parsed(byte[] manifest) {
        if (manifest.length == 0 || manifest.length > ManifestJson.MOST_BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(ManifestJson.read(manifest).manifest());
        } catch (ArchiveException _) {
            return Optional.empty();
        }
    }

    @FunctionalInterface
    private interface Reader {
        byte[] read(ObjectKey key) throws IOException;
    }

    private static byte[] fitting(RestorePoint point, Reader reader) throws IOException {
        byte[] present = reader.read(BackupDirectory.manifestKey(point.archive()));
        if (speaksOf(present, point.sha256())) {
            return present;
        }
        byte[] kept = reader.read(BackupDirectory.previousManifestKey(point.archive()));
        return speaksOf(kept, point.sha256()) ? kept : present;
    }

    private static byte[] bytes(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return new byte[0];
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(ManifestJson.MOST_BYTES + 1);
        }
    }

    /// Reads a small object.
    ///
    /// @return the object, up to one byte more than a manifest may have; empty if there is none
    static byte[] bytes(Transport transport, ObjectKey key, Cancellation cancellation)
            throws IOException {
        try {
            return transport.read(
                    key,
                    ByteRange.ALL,
                    in -> in.readNBytes(ManifestJson.MOST_BYTES + 1),
                    cancellation);
        } catch (TransportException e) {
            if (e.kind() == Kind.MISSING) {
                return new byte[0];
            }
            throw e;
        }
    }
}
