package dev.packhorse.transport.spi;

import java.time.Instant;
import java.util.Optional;

/// What a store says of one object.
///
/// @param modified by the store's own clock, absent where it tells none
/// @param lockedUntil until when the store refuses to delete it, absent where it does not, or does
///   not tell; listings tell none. [#FOR_EVER] for a hold without an end
public record ObjectInfo(
        ObjectKey key, long sizeBytes, Optional<Instant> modified, Optional<Instant> lockedUntil) {
    /// The end of a hold that somebody has to take back.
    public static final Instant FOR_EVER = Instant.parse("9999-12-31T00:00:00Z");

    /// An object that is not locked as far as is known.
    public ObjectInfo(ObjectKey key, long sizeBytes, Optional<Instant> modified) {
        this(key, sizeBytes, modified, Optional.empty());
    }

    public ObjectInfo {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("negative size for " + key);
        }
    }
}
