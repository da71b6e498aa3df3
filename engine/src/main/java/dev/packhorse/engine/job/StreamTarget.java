package dev.packhorse.engine.job;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;

/// The open destination that an archive is streamed to. One thread.
///
/// @param archive the key there; nothing is under it
/// @param journal where an upload that dies with its process is recorded
record StreamTarget(
        Destination destination,
        ObjectKey archive,
        Transport transport,
        UploadJournals.Open journal)
        implements AutoCloseable {
    /// What people are told of where the archive is.
    String place() {
        return destination.name() + ":" + archive;
    }

    @Override
    public void close() throws TransportException {
        try (journal) {
            transport.close();
        }
    }
}
