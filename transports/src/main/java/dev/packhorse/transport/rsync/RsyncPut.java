package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a put was asked for, and what its journal says.
record RsyncPut(
        ObjectKey key,
        Content content,
        PutMode mode,
        UploadJournal journal,
        Cancellation cancellation) {
    private static final String KEY = "rsync-key";
    private static final String FOLDER = "rsync-folder";
    private static final String SIZE = "size";

    String operation() {
        return "put " + key;
    }

    boolean isJournaled() {
        return !journal.equals(UploadJournal.none());
    }

    TransportException failure(Kind kind, String reason) {
        return new TransportException(kind, operation() + ": " + reason);
    }

    /// The recorded folder.
    Optional<UploadFolder> recorded() throws IOException {
        return journaled(journal::recorded)
                .map(UploadState::values)
                .flatMap(values -> Optional.ofNullable(values.get(FOLDER)))
                .flatMap(UploadFolder::parse);
    }

    /// What a cut upload left.
    record Left(ObjectKey key, UploadFolder folder) {}

    /// Reads a recorded state, empty if it is none of an object.
    static Optional<Left> left(UploadState state) {
        Map<String, String> values = state.values();
        try {
            ObjectKey key = new ObjectKey(values.getOrDefault(KEY, ""));
            return UploadFolder.parse(values.getOrDefault(FOLDER, ""))
                    .map(folder -> new Left(key, folder));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    void record(UploadFolder folder) throws IOException {
        Map<String, String> values =
                Map.of(
                        KEY,
                        key.value(),
                        FOLDER,
                        folder.name(),
                        SIZE,
                        Long.toString(content.sizeBytes()));
        record(new UploadState(new TreeMap<>(values)));
    }

    void record(UploadState state) throws IOException {
        journaled(() -> {
            journal.record(state);
            return true;
        });
    }

    void clear() throws IOException {
        journaled(() -> {
            journal.clear();
            return true;
        });
    }

    private <R> R journaled(JournalCall<R> call) throws TransportException {
        try {
            return call.run();
        } catch (IOException e) {
            throw new TransportException(
                    Kind.REFUSED,
                    operation() + ": the upload journal fails",
                    new OwnSideException(e));
        }
    }

    private interface JournalCall<R> {
        R run() throws IOException;
    }
}
