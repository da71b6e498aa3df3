package dev.packhorse.transport.spi;

import java.io.IOException;
import java.util.Optional;

/// Where the state of one upload outlives the process: one object, one content, one destination.
/// The owner makes sure that no two uploads share a journal at a time. Used by one thread at a
/// time.
public interface UploadJournal {
    /// The state last recorded, by whatever process; empty at a first try and after [#clear()]. It
    /// may be stale: the driver asks the place what really arrived.
    ///
    /// @throws IOException if the journal cannot be read
    Optional<UploadState> recorded() throws IOException;

    /// Records the state in place of the one before; durable when it returns. A driver calls this
    /// before it depends on the state, and seldom enough that each call may sync a disk.
    ///
    /// @throws IOException if it cannot be recorded; the upload then fails
    void record(UploadState state) throws IOException;

    /// Forgets the state: the upload was published or given up. Without a state this does nothing.
    ///
    /// @throws IOException if it cannot be forgotten
    void clear() throws IOException;

    /// A journal that keeps nothing: an upload that fails leaves nothing at the place, and the next
    /// one starts from the first byte.
    static UploadJournal none() {
        return NoUploadJournal.INSTANCE;
    }
}
