package dev.packhorse.engine.job;

import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.util.List;

/// Stores and proves objects at one destination, each under a journal of its own: what an upload
/// leaves there that dies with its process is known, and goes on or is taken back.
record JournaledPuts(
        UploadJournals journals,
        DestinationId destination,
        Transport transport,
        Cancellation cancellation) {
    /// Asks for the room that an object takes.
    interface Room {
        /// Asks.
        ///
        /// @throws IOException if there is none
        void require() throws IOException;
    }

    /// Stores an object in place of the one that has the key, and proves it.
    ///
    /// @throws UploadJournals.TakenBackException while what an earlier try left is taken back
    /// @throws IOException if it cannot be stored or proven
    void store(ObjectKey key, Content content) throws IOException {
        store(key, content, () -> {});
    }

    /// The same, with a look at the room for it if it has to be sent: what an earlier try has
    /// stored already took its room.
    void store(ObjectKey key, Content content, Room room) throws IOException {
        try (UploadJournals.Open journal = journals.open(destination, key, content.sha256())) {
            ProvenPut put =
                    new ProvenPut(transport, key, content, journal, List.of(), cancellation);
            if (put.provenBefore().isEmpty()) {
                room.require();
                put.run();
            }
        }
    }
}
