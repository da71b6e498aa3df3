package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;

/// The archive of a destination in a file that outlives the try and the process: the next try goes
/// on where this one ended, if the object is still the same as far as the destination can tell. A
/// place that reads no ranges begins anew, unless all was there. What a plan of the same object has
/// fetched is taken over. Nobody gets to read bytes that are not the ones of the catalog: of a
/// forged archive a few could become a full disk. One thread.
final class FarDownload {
    /// So much is asked for at once, and fetched again at most when the line breaks.
    static final long PIECE_BYTES = 64L << 20;

    private static final int BLOCK = 1 << 18;
    private static final String ARCHIVE = "archive";

    /// Says of which object the archive is, or is a part.
    private static final String IDENTITY = "archive.is";

    private final Transport transport;
    private final RestorePoint point;
    private final DownloadFolder folder;
    private final long pieceBytes;
    private final Consumer<String> notes;
    private final Cancellation cancellation;
    private Path place;

    /// @param folder of the job, kept from one try to the next; made if it is missing
    /// @param notes told what is taken over from an earlier try
    FarDownload(
            Transport transport,
            RestorePoint point,
            DownloadFolder folder,
            long pieceBytes,
            Consumer<String> notes,
            Cancellation cancellation) {
        this.transport = transport;
        this.point = point;
        this.folder = folder;
        this.place = folder.own();
        this.pieceBytes = pieceBytes;
        this.notes = notes;
        this.cancellation = cancellation;
    }

    /// Fetches what is missing. What has not the digest of the catalog, and came in parts with
    /// earlier tries, is fetched once more from its beginning.
    ///
    /// @return the file, which has the size and the digest of the catalog
    /// @throws ArchiveException DAMAGED if something else than was stored is there
    Path fetch() throws IOException {
        ObjectInfo there =
                transport
                        .stat(point.archive())
                        .orElseThrow(() ->
                                new TransportException(
                                        TransportException.Kind.MISSING,
                                        "fetch "
                                                + point.archive()
                                                + ": it is not at the destination any"
                                                + " more"));
        if (there.sizeBytes() != point.sizeBytes()) {
            throw StoredElsewise.of(
                    point,
                    "it has %d bytes instead of %d"
                            .formatted(there.sizeBytes(), point.sizeBytes()));
        }
        boolean planned = folder.takeOver(left -> isOf(left, there));
        place = folder.make();
        long present = present(there);
        if (planned) {
            notes.accept("A plan has fetched the archive already");
        } else if (present > 0) {
            notes.accept(
                    "%d of %d bytes of the archive are here already"
                            .formatted(present, there.sizeBytes()));
        }
        boolean sound = fetch(there.sizeBytes(), present).equals(point.sha256());
        if (!sound && present > 0) {
            notes.accept(
                    "The archive that was fetched in several tries has not its digest: it is"
                            + " fetched again as a whole");
            sound = fetch(there.sizeBytes(), begin(there)).equals(point.sha256());
        }
        if (!sound) {
            throw StoredElsewise.of(point, "it has another digest");
        }
        return file();
    }

    private Path file() {
        return place.resolve(ARCHIVE);
    }

    /// How much of this object an earlier try has left.
    private long present(ObjectInfo there) throws IOException {
        if (!Files.isRegularFile(file()) || !Files.isRegularFile(identityFile())) {
            return begin(there);
        }
        long size = Files.size(file());
        boolean same = Files.readString(identityFile()).equals(identity(there));
        boolean goesOn = transport.traits().readsRanges() || size == there.sizeBytes();
        return same && goesOn && size <= there.sizeBytes() ? size : begin(there);
    }

    /// Whether a plan has left this very object.
    private boolean isOf(Path left, ObjectInfo there) throws IOException {
        Path identity = left.resolve(IDENTITY);
        Path archive = folder.placeOf(left).resolve(ARCHIVE);
        return Files.isRegularFile(identity)
                && Files.isRegularFile(archive)
                && Files.size(archive) == there.sizeBytes()
                && Files.readString(identity).equals(identity(there));
    }

    private Path identityFile() {
        return folder.own().resolve(IDENTITY);
    }

    private String identity(ObjectInfo there) {
        return String.join(
                "\n",
                point.destination().value(),
                point.archive().value(),
                point.sha256(),
                Long.toString(there.sizeBytes()),
                there.modified().map(Instant::toString).orElse("no time"));
    }

    /// Says of what there will be a part, before there is one.
    ///
    /// @return 0
    private long begin(ObjectInfo there) throws IOException {
        Files.deleteIfExists(file());
        Path aside = folder.own().resolve(IDENTITY + ".new");
        Files.writeString(aside, identity(there), StandardCharsets.UTF_8);
        Files.move(aside, identityFile(), StandardCopyOption.ATOMIC_MOVE);
        return 0;
    }

    /// Fetches what follows.
    ///
    /// @return the digest of all
    private String fetch(long size, long present) throws IOException {
        folder.requireSpace(place, size - present);
        GrowingDigest digest = ofPresent(present);
        try (FileChannel target =
                FileChannel.open(
                        file(),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        BackupDirectory.FILE_MODE)) {
            for (long at = present; at < size; ) {
                long end =
                        transport.traits().readsRanges() ? Math.min(size, at + pieceBytes) : size;
                at = piece(target, digest, at, end);
                if (at != end) {
                    throw new TransportException(
                            TransportException.Kind.CORRUPT,
                            "fetch %s: it ends at byte %d, and was listed with %d"
                                    .formatted(point.archive(), at, size));
                }
            }
        }
        return digest.end();
    }

    private GrowingDigest ofPresent(long bytes) throws IOException {
        GrowingDigest digest = new GrowingDigest();
        if (bytes == 0) {
            return digest;
        }
        byte[] block = new byte[BLOCK];
        digest.begin();
        try (InputStream in = Files.newInputStream(file())) {
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                cancellation.check();
                digest.update(block, count);
            }
        }
        digest.accept();
        return digest;
    }

    /// Fetches a piece.
    ///
    /// @return where it ends
    private long piece(FileChannel target, GrowingDigest digest, long begin, long end)
            throws IOException {
        // What is asked for from its first byte on is asked for as a whole where parts are not
        // read.
        ByteRange range =
                begin > 0 || transport.traits().readsRanges()
                        ? new ByteRange(begin, end - begin)
                        : ByteRange.ALL;
        long reached =
                transport.read(
                        point.archive(),
                        range,
                        in -> {
                            digest.begin();
                            return copy(in, target.truncate(begin), digest, begin, end);
                        },
                        cancellation);
        digest.accept();
        return reached;
    }

    /// Copies a piece, and no more than it may have.
    ///
    /// @return where it ends; behind its end if more was sent
    private long copy(
            InputStream in, FileChannel target, GrowingDigest digest, long begin, long end)
            throws IOException {
        byte[] block = new byte[BLOCK];
        long at = begin;
        for (int count = in.read(block); count >= 0 && at <= end; count = in.read(block)) {
            cancellation.check();
            digest.update(block, count);
            ByteBuffer bytes = ByteBuffer.wrap(block, 0, count);
            while (bytes.hasRemaining()) {
                at += target.write(bytes, at);
            }
        }
        return at;
    }
}
