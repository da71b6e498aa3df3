package dev.packhorse.transport.spi;

import java.time.Instant;
import java.util.Optional;

/// What a store says of one object. The time is the store's own, absent where it tells none.
public record ObjectInfo(ObjectKey key, long sizeBytes, Optional<Instant> modified) {
    public ObjectInfo {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("negative size for " + key);
        }
    }
}
