package dev.packhorse.engine.destination;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.rootfile.AtomicFile;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The states of uploads under way, a file each in a folder that root alone can read, so that a
/// daemon that was killed goes on where it was. The name of a file is a digest of destination, key
/// and content: another content never meets the state of the one before. Safe for many threads of
/// one process.
public final class UploadJournals {
    private static final Logger LOG = LoggerFactory.getLogger(UploadJournals.class);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String SUFFIX = ".upload";

    private final Path folder;
    private final Set<Path> inUse = ConcurrentHashMap.newKeySet();
    private final Set<Path> claimed = new HashSet<>();

    /// @param folder need not exist
    public UploadJournals(Path folder) {
        this.folder = folder;
    }

    /// Opens the journal of one upload.
    ///
    /// @param sha256 the content's digest
    /// @throws TakenBackException while what an earlier try left is taken back
    public synchronized Open open(DestinationId destination, ObjectKey key, String sha256)
            throws TakenBackException {
        String name = destination + "\n" + key + "\n" + sha256;
        byte[] digest = Sha256.begin().digest(name.getBytes(StandardCharsets.UTF_8));
        Path file = folder.resolve(HexFormat.of().formatHex(digest) + SUFFIX);
        if (claimed.contains(file)) {
            throw new TakenBackException(key);
        }
        inUse.add(file);
        return new Open(this, file, destination, key);
    }

    /// An upload that nobody goes on with.
    ///
    /// @param file identifies it
    public record Left(Path file, DestinationId destination, ObjectKey key, UploadState state) {}

    /// The files of the uploads that are not open and were not touched since a moment.
    ///
    /// @throws IOException if the folder cannot be read
    public List<Path> leftSince(Instant before) throws IOException {
        List<Path> left = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                if (!inUse.contains(file) && isOlder(file, before)) {
                    left.add(file);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            return left;
        }
        return left;
    }

    /// Takes an upload that nobody goes on with: until the claim is closed, nobody does.
    ///
    /// @param before as for [#leftSince]; much may have happened since that was asked
    /// @return empty if somebody goes on with it by now, or has since, or it is gone
    /// @throws IOException if the file is damaged
    public synchronized Optional<Claim> claim(Path file, Instant before) throws IOException {
        if (inUse.contains(file) || claimed.contains(file) || !isOlder(file, before)) {
            return Optional.empty();
        }
        Optional<Claim> claim = read(file).map(stored -> new Claim(this, stored.left(file)));
        claim.ifPresent(_ -> claimed.add(file));
        return claim;
    }

    private static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
        } catch (NoSuchFileException _) {
            // Nothing is left to go on with.
            return;
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("a half upload may be taken back too early");
        }
    }

    private static boolean isOlder(Path file, Instant before) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(before);
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    private synchronized void release(Path file) {
        claimed.remove(file);
    }

    /// An upload while it is taken back. One thread.
    public static final class Claim implements AutoCloseable {
        private final UploadJournals owner;
        private final Left left;

        private Claim(UploadJournals owner, Left left) {
            this.owner = owner;
            this.left = left;
        }

        /// The upload.
        public Left left() {
            return left;
        }

        /// Forgets it, since nothing is left of it.
        ///
        /// @throws IOException if its file cannot be removed
        public void forget() throws IOException {
            AtomicFile.remove(left.file());
        }

        @Override
        public void close() {
            owner.release(left.file());
        }
    }

    /// What an earlier try left at the destination is being taken back; the upload can go on soon.
    public static final class TakenBackException extends IOException {
        private static final long serialVersionUID = 1L;

        TakenBackException(ObjectKey key) {
            super("what an earlier try to send " + key + " left is being taken back");
        }
    }

    private static Optional<Stored> read(Path file) throws IOException {
        try {
            Stored stored = MAPPER.readValue(Files.readString(file), Stored.class);
            if (stored == null || !stored.isWhole()) {
                throw damaged(file, null);
            }
            return Optional.of(stored);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw damaged(file, e);
        }
    }

    private static IOException damaged(Path file, @Nullable JacksonException cause) {
        return new IOException(
                file + " is damaged: remove it, and the upload starts from its first byte", cause);
    }

    /// The content of a file.
    private record Stored(
            @Nullable String destination,
            @Nullable String key,
            @Nullable TreeMap<String, String> state) {
        boolean isWhole() {
            return destination != null
                    && key != null
                    && state != null
                    && !state.containsValue(null);
        }

        Left left(Path file) {
            return new Left(
                    file,
                    new DestinationId(String.valueOf(destination)),
                    new ObjectKey(String.valueOf(key)),
                    uploadState());
        }

        UploadState uploadState() {
            return new UploadState(state == null ? new TreeMap<>() : state);
        }
    }

    /// A journal while its upload runs. One thread.
    public static final class Open implements UploadJournal, AutoCloseable {
        private final UploadJournals owner;
        private final Path file;
        private final DestinationId destination;
        private final ObjectKey key;

        private Open(UploadJournals owner, Path file, DestinationId destination, ObjectKey key) {
            this.owner = owner;
            this.file = file;
            this.destination = destination;
            this.key = key;
        }

        @Override
        public Optional<UploadState> recorded() throws IOException {
            return read(file).map(Stored::uploadState);
        }

        @Override
        public void record(UploadState state) throws IOException {
            Stored stored =
                    new Stored(destination.value(), key.value(), new TreeMap<>(state.values()));
            AtomicFile.replace(file, MAPPER.writeValueAsString(stored));
        }

        @Override
        public void clear() throws IOException {
            AtomicFile.remove(file);
        }

        /// The upload does not run any more; what is recorded stays, and somebody went on with it
        /// now.
        @Override
        public void close() {
            touch(file);
            owner.inUse.remove(file);
        }
    }
}
