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
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The states of uploads under way, a file each in a folder that root alone can read, so that a
/// daemon that was killed goes on where it was. The name of a file is a digest of destination, key
/// and content: another content never meets the state of the one before. Safe for many threads.
public final class UploadJournals {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final TypeReference<TreeMap<String, String>> STATE = new TypeReference<>() {};
    private static final String SUFFIX = ".upload";

    private final Path folder;

    /// @param folder need not exist
    public UploadJournals(Path folder) {
        this.folder = folder;
    }

    /// The journal of one upload.
    ///
    /// @param sha256 the content's digest
    public UploadJournal of(DestinationId destination, ObjectKey key, String sha256) {
        String name = destination + "\n" + key + "\n" + sha256;
        byte[] digest = Sha256.begin().digest(name.getBytes(StandardCharsets.UTF_8));
        return new FileJournal(folder.resolve(HexFormat.of().formatHex(digest) + SUFFIX));
    }

    /// Forgets uploads that nobody went on with since a moment.
    ///
    /// @return how many
    /// @throws IOException if the folder cannot be read or a file not removed
    public int sweep(Instant before) throws IOException {
        int swept = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before)
                        && AtomicFile.remove(file)) {
                    swept++;
                }
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            return swept;
        }
        return swept;
    }

    private record FileJournal(Path file) implements UploadJournal {
        @Override
        public Optional<UploadState> recorded() throws IOException {
            TreeMap<String, String> values;
            try {
                values = MAPPER.readValue(Files.readString(file), STATE);
            } catch (NoSuchFileException _) {
                return Optional.empty();
            } catch (JacksonException e) {
                throw damaged(e);
            }
            if (values == null || values.containsValue(null)) {
                throw damaged(null);
            }
            return Optional.of(new UploadState(values));
        }

        private IOException damaged(@Nullable JacksonException cause) {
            return new IOException(
                    file + " is damaged: remove it, and the upload starts from its first byte",
                    cause);
        }

        @Override
        public void record(UploadState state) throws IOException {
            Map<String, String> values = state.values();
            AtomicFile.replace(file, MAPPER.writeValueAsString(values));
        }

        @Override
        public void clear() throws IOException {
            AtomicFile.remove(file);
        }
    }
}
