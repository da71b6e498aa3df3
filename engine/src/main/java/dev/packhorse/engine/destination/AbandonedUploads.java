package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

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
    /// destination is gone.
    ///
    /// @return how many
    /// @throws IOException the first failure, after all were tried
    public int sweep(Instant now) throws IOException {
        int swept = 0;
        IOException failure = null;
        for (Path file : journals.leftSince(now.minus(AGE))) {
            try {
                Optional<UploadJournals.Left> left = journals.left(file);
                if (left.isPresent() && takeBack(left.get())) {
                    swept++;
                }
            } catch (IOException e) {
                failure = failure == null ? e : suppressing(failure, e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return swept;
    }

    private boolean takeBack(UploadJournals.Left left) throws IOException {
        Optional<Destination> destination = destinations.find(left.destination());
        if (destination.isPresent()) {
            try (Transport transport = opener.open(destination.get())) {
                transport.abandon(left.state());
            }
        }
        return journals.forget(left);
    }

    private static IOException suppressing(IOException first, IOException further) {
        first.addSuppressed(further);
        return first;
    }
}
