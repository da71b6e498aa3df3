package dev.packhorse.engine.destination;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Takes back at the destinations what uploads left there that nobody went on with for a day: parts
/// of objects, and half files, take room and cost money as long as they lie. Safe for many threads.
public final class AbandonedUploads {
    private static final Duration AGE = Duration.ofDays(1);

    private final UploadJournals journals;
    private final DestinationStore destinations;
    private final TransportOpener opener;

    public AbandonedUploads(
            UploadJournals journals, DestinationStore destinations, TransportOpener opener) {
        this.journals = journals;
        this.destinations = destinations;
        this.opener = opener;
    }

    /// Takes them back. What cannot be taken back now is tried again next time, unless its
    /// destination is gone. A destination that fails is left alone until then, since each try may
    /// take minutes.
    ///
    /// @param stop ends it after the upload at hand
    /// @return how many
    /// @throws IOException the first failure, after all were tried
    public int sweep(Instant now, Cancellation stop) throws IOException {
        Instant before = now.minus(AGE);
        List<Path> files = journals.leftSince(before);
        // So that one that always fails is not always in the way of the same others.
        Collections.shuffle(files);
        Set<DestinationId> away = new HashSet<>();
        int swept = 0;
        IOException failure = null;
        for (Path file : files) {
            if (stop.isRequested()) {
                break;
            }
            try {
                swept += takeBack(file, before, away) ? 1 : 0;
            } catch (IOException e) {
                failure = failure == null ? e : suppressing(failure, e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return swept;
    }

    private boolean takeBack(Path file, Instant before, Set<DestinationId> away)
            throws IOException {
        Optional<UploadJournals.Claim> claimed = journals.claim(file, before);
        if (claimed.isEmpty()) {
            return false;
        }
        try (UploadJournals.Claim claim = claimed.get()) {
            if (away.contains(claim.left().destination())) {
                return false;
            }
            abandon(claim.left(), away);
            claim.forget();
            return true;
        }
    }

    private void abandon(UploadJournals.Left left, Set<DestinationId> away) throws IOException {
        Optional<Destination> destination = destinations.find(left.destination());
        if (destination.isEmpty()) {
            return;
        }
        try (Transport transport = opener.open(destination.get())) {
            transport.abandon(left.state());
        } catch (IOException e) {
            away.add(left.destination());
            throw e;
        }
    }

    private static IOException suppressing(IOException first, IOException further) {
        first.addSuppressed(further);
        return first;
    }
}
