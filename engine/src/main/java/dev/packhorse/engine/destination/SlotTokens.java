package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.util.ArrayList;
import java.util.List;

/// The tokens at one opened place. One thread.
///
/// @param self whose tokens are written
record SlotTokens(Transport transport, ServerIdentity self, Cancellation cancellation) {
    /// All that are there, of any server, in no order; of one that is being renewed there may be
    /// two.
    List<SlotToken> list() throws TransportException, CancelledException {
        List<SlotToken> tokens = new ArrayList<>();
        transport.list(
                SlotToken.PREFIX,
                object -> {
                    SlotToken.of(object.key()).ifPresent(tokens::add);
                    return true;
                },
                cancellation);
        return tokens;
    }

    /// Writes one.
    ///
    /// @throws TransportException also `REFUSED` where what is written could not be removed again
    void put(SlotToken token) throws TransportException, CancelledException {
        String text =
                "%s %s here. Remove this only if that server is no more.\n"
                        .formatted(self.name(), token.waiting() ? "waits to upload" : "uploads");
        ObjectInfo stored =
                transport.put(token.key(), SampleContent.of(text), PutMode.CREATE, cancellation);
        if (stored.lockedUntil().isPresent()) {
            throw new TransportException(
                    Kind.REFUSED,
                    "put %s: objects are locked there until %s, and upload slots could not be given back: set upload_slots_path to where nothing is locked, or take upload_slots away"
                            .formatted(token.key(), stored.lockedUntil().get()));
        }
    }

    void delete(SlotToken token) throws TransportException {
        transport.delete(token.key());
    }
}
