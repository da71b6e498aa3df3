package dev.packhorse.engine.mysql;

import java.util.Optional;

/// How much the views, triggers, routines and events of a dump take, which a load keeps in memory.
/// One thread.
final class ObjectRoom {
    private static final long MOST = 64L * 1024 * 1024;

    private long bytes;

    /// Whether one more has room.
    boolean take(long length) {
        bytes += length;
        return bytes <= MOST;
    }

    /// Why they cannot be loaded, empty if they can.
    Optional<String> refusal(String database) {
        return bytes <= MOST
                ? Optional.empty()
                : Optional.of(
                        "the views, triggers and routines of database %s are larger than %d MiB"
                                .formatted(database, MOST / 1024 / 1024));
    }
}
