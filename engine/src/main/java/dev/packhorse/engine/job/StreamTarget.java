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
/// @param journals the same of what follows the archive
record StreamTarget(
        Destination destination,
        ObjectKey archive,
        Transport transport,
        UploadJournals.Open journal,
        UploadJournals journals)
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
