package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.StreamedContent;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a put was asked for, and what its journal says.
record SftpPut(
        ObjectKey key,
        Content content,
        PutMode mode,
        UploadJournal journal,
        Cancellation cancellation) {
    private static final String TEMPORARY = "temporary";
    private static final String SIZE = "size";
    private static final String SHA256 = "sha256";
    private static final String KEY = "key";

    String operation() {
        return "put " + key;
    }

    /// Whether another try can go on with what this one leaves: a stream comes once.
    boolean mayGoOn() {
        return !journal.equals(UploadJournal.none()) && stream().isEmpty();
    }

    /// The content, if it is made while it is stored; size and digest exist at its end only.
    Optional<StreamedContent> stream() {
        return content instanceof StreamedContent stream ? Optional.of(stream) : Optional.empty();
    }

    /// What a full disk lacks at least.
    long leastMissing() {
        return stream().isEmpty() ? content.sizeBytes() : 1;
    }

    TransportException failure(Kind kind, String reason) {
        return new TransportException(kind, operation() + ": " + reason);
    }

    /// The recorded temporary name, if it belongs to this key.
    Optional<Recorded> recorded(SftpPaths paths) throws IOException {
        Optional<UploadState> state = journaled(journal::recorded);
        return state.map(UploadState::values)
                .flatMap(values ->
                        Optional.ofNullable(values.get(TEMPORARY))
                                .filter(name -> paths.isTemporaryFor(key, name))
                                .map(name -> new Recorded(name, isOfThisContent(values))));
    }

    private boolean isOfThisContent(Map<String, String> values) {
        return stream().isEmpty()
                && content.sha256().equals(values.get(SHA256))
                && Long.toString(content.sizeBytes()).equals(values.get(SIZE));
    }

    /// @param isOfThisContent false if the content changed since
    record Recorded(String temporary, boolean isOfThisContent) {}

    void record(String temporary) throws IOException {
        TreeMap<String, String> values = new TreeMap<>();
        values.put(KEY, key.value());
        values.put(TEMPORARY, temporary);
        if (stream().isEmpty()) {
            values.put(SIZE, Long.toString(content.sizeBytes()));
            values.put(SHA256, content.sha256());
        }
        journaled(() -> {
            journal.record(new UploadState(values));
            return true;
        });
    }

    /// The temporary file of an upload, as a journal recorded it; empty for the state of another
    /// driver or of another folder.
    static Optional<String> left(SftpPaths paths, UploadState state) {
        String key = state.values().getOrDefault(KEY, "");
        String temporary = state.values().getOrDefault(TEMPORARY, "");
        try {
            return paths.isTemporaryFor(new ObjectKey(key), temporary)
                    ? Optional.of(temporary)
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
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
