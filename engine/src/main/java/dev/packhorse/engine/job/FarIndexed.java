package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.index.IndexException;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.index.ReadAhead;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// Opens an archive at a destination by its index: that is fetched whole, and of the archive what
/// is asked for. One use, one thread.
///
/// @param transport of the destination; closed with what is opened, else the caller's
/// @param point the archive
/// @param manifest of the archive, proven to be this server's own
/// @param notes told why the index is of no use
record FarIndexed(
        Transport transport,
        RestorePoint point,
        Manifest manifest,
        Consumer<String> notes,
        Cancellation cancellation) {

    /// Opens it, if the destination reads ranges and the index is the one that the manifest names.
    ///
    /// @param folder an empty folder for root alone, for members that are asked for as files
    /// @throws ArchiveException DAMAGED if the archive is not as long as its manifest says
    Optional<IndexedFile> open(Path folder) throws IOException {
        ObjectKey key = BackupDirectory.indexKey(point.archive());
        Optional<Manifest.ArchiveFile> named =
                manifest.beside().stream()
                        .filter(file -> file.name().equals(key.name()))
                        .findFirst();
        if (!transport.traits().readsRanges() || named.isEmpty()) {
            return Optional.empty();
        }
        Optional<ObjectInfo> archive = transport.stat(point.archive());
        if (archive.isEmpty()) {
            return Optional.empty();
        }
        requireLength(archive.get());
        if (!transport.readsParts(point.archive(), cancellation)) {
            return Optional.empty();
        }
        if (transport.stat(key).isEmpty()) {
            return without("is not there");
        }
        long size = named.get().sizeBytes();
        FileChannel index = UnnamedCopy.of(transport, key, size + 1, folder, cancellation);
        boolean opened = false;
        try {
            index.position(0);
            if (index.size() != size
                    || !Sha256.of(Channels.newInputStream(index)).equals(named.get().sha256())) {
                return without("is not the one that the manifest names");
            }
            RangeSource content =
                    new ReadAhead(
                            new TransportRange(
                                    transport,
                                    point.archive(),
                                    manifest.archive().sizeBytes(),
                                    cancellation));
            IndexedFile file = new IndexedFile(content, transport::close, index, manifest, folder);
            opened = true;
            return Optional.of(file);
        } catch (IndexException e) {
            return without("cannot be read: " + e.getMessage());
        } finally {
            if (!opened) {
                index.close();
            }
        }
    }

    private void requireLength(ObjectInfo archive) throws ArchiveException {
        long promised = manifest.archive().sizeBytes();
        if (archive.sizeBytes() != promised) {
            throw new ArchiveException(
                    ArchiveException.Kind.DAMAGED,
                    "the archive %s at the destination has %d bytes, its manifest says %d: it was changed or cut short since it was uploaded; restore another date or from another destination"
                            .formatted(point.archive(), archive.sizeBytes(), promised));
        }
    }

    private Optional<IndexedFile> without(String why) {
        notes.accept(
                "The index %s at the destination %s: the whole archive is fetched and judged"
                        .formatted(BackupDirectory.indexKey(point.archive()), why));
        return Optional.empty();
    }
}
