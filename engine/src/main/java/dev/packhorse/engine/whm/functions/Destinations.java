package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

/// The destination store as functions use it.
final class Destinations {
    private final DestinationStore store;

    Destinations(DestinationStore store) {
        this.store = store;
    }

    DestinationStore.Contents contents() throws WhmException {
        try {
            return store.contents();
        } catch (IOException e) {
            throw Text.failed("The backup destinations cannot be read", e);
        }
    }

    Destination require(DestinationId id) throws WhmException {
        try {
            return store.find(id).orElseThrow(() -> Values.noDestination(id.value()));
        } catch (IOException e) {
            throw Text.failed("The backup destination " + id + " cannot be read", e);
        }
    }

    /// Checks that archives can be fetched from there: `local`, or a destination that is
    /// configured.
    void requireKnown(DestinationId id) throws WhmException {
        if (!id.isLocal()) {
            require(id);
        }
    }

    /// `local` and the ids of all readable destinations.
    Set<DestinationId> known() throws WhmException {
        Set<DestinationId> ids =
                contents().destinations().stream().map(Destination::id).collect(Collectors.toSet());
        ids.add(DestinationId.LOCAL);
        return ids;
    }
}
