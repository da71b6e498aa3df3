package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Cancellation;

/// Leave to upload to a destination now, until it is closed. Whoever has it stops when
/// [#cancellation()] is requested: the slot may be somebody else's by then.
public interface UploadSlot extends AutoCloseable {
    /// Requested with the one that the slot was claimed under, and when the slot is lost since the
    /// others could not be told for minutes that it is in use.
    Cancellation cancellation();

    /// Whether it was lost.
    boolean isLost();

    /// Gives it back. What cannot be removed there now is free after some minutes, for this server
    /// at once.
    @Override
    void close();

    /// That of a destination without a limit.
    static UploadSlot unlimited(Cancellation cancellation) {
        return new UploadSlot() {
            @Override
            public Cancellation cancellation() {
                return cancellation;
            }

            @Override
            public boolean isLost() {
                return false;
            }

            @Override
            public void close() {}
        };
    }
}
