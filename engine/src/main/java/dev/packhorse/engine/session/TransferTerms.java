package dev.packhorse.engine.session;

/// What is kept of a transfer session that may have several items, besides its logs. The items are
/// jobs of the queue, which alone knows how they stand.
///
/// @param vouched whether root vouches for the archives of its items
/// @param phase what was asked of it last
public record TransferTerms(boolean vouched, Phase phase) {
    /// The same in another phase.
    public TransferTerms in(Phase other) {
        return new TransferTerms(vouched, other);
    }

    /// What was asked of a session.
    public enum Phase {
        /// Items are put into it.
        OPEN,
        /// Its items are restored.
        STARTED,
        /// Items that had not begun wait for another start.
        PAUSED,
        /// Nothing of it is done any more.
        ABORTED
    }
}
