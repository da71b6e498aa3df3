package dev.packhorse.engine.job;

import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A place where uploads of some names get no further than to their record, as when the process
/// dies then.
final class Dying extends PassingPlace {
    private final String suffix;

    /// @param suffix of the keys
    Dying(Transport place, String suffix) {
        super(place);
        this.suffix = suffix;
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        if (!key.value().endsWith(suffix)) {
            return super.put(key, content, mode, journal, cancellation);
        }
        try {
            journal.record(new UploadState(new TreeMap<>(Map.of("protocol", "of the test"))));
        } catch (IOException e) {
            throw new TransportException(Kind.REFUSED, "the test failed", e);
        }
        throw new TransportException(Kind.UNAVAILABLE, "put " + key + ": it died");
    }

    /// The objects whose uploads could be taken back.
    static List<ObjectKey> left(Path uploads) throws IOException {
        UploadJournals journals = new UploadJournals(uploads);
        List<ObjectKey> keys = new ArrayList<>();
        for (Path file : journals.leftSince(Instant.MAX)) {
            try (UploadJournals.Claim claim = journals.claim(file, Instant.MAX).orElseThrow()) {
                keys.add(claim.left().key());
            }
        }
        return keys;
    }
}
