package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
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

    void record(UploadFolder folder) throws IOException {
        Map<String, String> values =
                Map.of(FOLDER, folder.name(), SIZE, Long.toString(content.sizeBytes()));
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
                    Kind.REFUSED, operation() + ": the upload journal fails", e);
        }
    }

    private interface JournalCall<R> {
        R run() throws IOException;
    }
}
