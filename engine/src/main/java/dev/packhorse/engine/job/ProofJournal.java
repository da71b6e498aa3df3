package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The journal of an upload that is read back once it is stored. When the driver forgets its state,
/// since it has published the object, a note takes its place without a moment in between: so
/// whoever goes on with the upload reads back what is there before anything is sent again. One
/// thread.
final class ProofJournal implements UploadJournal {
    private static final String PROTOCOL = "protocol";
    private static final String PROOF = "proof";
    private static final String READ = "read";
    private static final String DIGEST = "digest";
    private static final String MODIFIED = "modified";

    private final UploadJournal journal;

    ProofJournal(UploadJournal journal) {
        this.journal = journal;
    }

    /// How far an object was read back.
    ///
    /// @param bytes how many from the first
    /// @param digest of these bytes
    /// @param modified the object's time then, empty where the place tells none
    record Note(long bytes, String digest, String modified) {
        /// Nothing was read back.
        static final Note NOTHING = new Note(0, "", "");

        static Note of(long bytes, String digest, Optional<Instant> modified) {
            return new Note(bytes, digest, text(modified));
        }

        /// Whether the object is, by its time, the one that was read.
        boolean isOf(Optional<Instant> time) {
            return modified.equals(text(time));
        }

        private static String text(Optional<Instant> time) {
            return time.map(Instant::toString).orElse("");
        }

        private static Note of(Map<String, String> values) {
            String read = values.getOrDefault(READ, "");
            return read.matches("[0-9]{1,18}")
                    ? new Note(
                            Long.parseLong(read),
                            values.getOrDefault(DIGEST, ""),
                            values.getOrDefault(MODIFIED, ""))
                    : NOTHING;
        }

        private UploadState state() {
            return new UploadState(
                    new TreeMap<>(
                            Map.of(
                                    PROTOCOL,
                                    PROOF,
                                    READ,
                                    Long.toString(bytes),
                                    DIGEST,
                                    digest,
                                    MODIFIED,
                                    modified)));
        }
    }

    private static boolean isNote(UploadState state) {
        return PROOF.equals(state.values().get(PROTOCOL));
    }

    /// The state of the driver, which knows nothing of notes.
    @Override
    public Optional<UploadState> recorded() throws IOException {
        return journal.recorded().filter(state -> !isNote(state));
    }

    @Override
    public void record(UploadState state) throws IOException {
        journal.record(state);
    }

    @Override
    public void clear() throws IOException {
        note(Note.NOTHING);
    }

    /// The note of an object that may be there and was not proven; empty if there is none.
    ///
    /// @throws IOException if the journal cannot be read
    Optional<Note> noted() throws IOException {
        return journal.recorded()
                .filter(ProofJournal::isNote)
                .map(state -> Note.of(state.values()));
    }

    /// Notes how far the object was read back.
    ///
    /// @throws IOException if it cannot be noted
    void note(Note note) throws IOException {
        journal.record(note.state());
    }

    /// The object was proven, or is not there.
    ///
    /// @throws IOException if it cannot be forgotten
    void forget() throws IOException {
        journal.clear();
    }
}
