package dev.packhorse.engine.job;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks destinations for archives that the catalog has there. Each is opened once, and one that did
/// not answer is not asked again. One thread.
final class AskedPlaces implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AskedPlaces.class);

    private final TransportOpener opener;
    private final Map<DestinationId, Transport> open = new HashMap<>();
    private final Set<DestinationId> silent = new HashSet<>();
    private int questions;

    /// What a destination said.
    enum Answer {
        HAS,
        LACKS,
        SILENT
    }

    AskedPlaces(TransportOpener opener) {
        this.opener = opener;
    }

    /// Whether the archive is there, as long as it should be, and can be sent on from there.
    boolean canSendOn(Destination destination, RestorePoint point) {
        return ask(
                        destination,
                        transport ->
                                UploadSources.holds(transport, point.archive(), point.sizeBytes()))
                == Answer.HAS;
    }

    /// Whether all have the archive, as long as it should be. After the first that does not, no
    /// other is asked.
    Answer allHave(Collection<Destination> destinations, RestorePoint point) {
        if (destinations.stream().map(Destination::id).anyMatch(silent::contains)) {
            return Answer.SILENT;
        }
        for (Destination destination : destinations) {
            Answer answer =
                    ask(
                            destination,
                            transport ->
                                    UploadSources.has(
                                            transport, point.archive(), point.sizeBytes()));
            if (answer == Answer.LACKS) {
                LOG.atWarn()
                        .addKeyValue("archive", point.archive())
                        .addKeyValue("destination", destination.name())
                        .log("a destination lacks an archive that the catalog has there");
            }
            if (answer != Answer.HAS) {
                return answer;
            }
        }
        return Answer.HAS;
    }

    /// How often a destination was asked.
    int questions() {
        return questions;
    }

    private interface Question {
        boolean isTrue(Transport transport) throws IOException;
    }

    private Answer ask(Destination destination, Question question) {
        if (silent.contains(destination.id())) {
            return Answer.SILENT;
        }
        questions++;
        try {
            return question.isTrue(opened(destination)) ? Answer.HAS : Answer.LACKS;
        } catch (IOException e) {
            LOG.atInfo()
                    .addKeyValue("destination", destination.name())
                    .addKeyValue("reason", e.getMessage())
                    .log("cannot be asked whether it has what is here");
            silent.add(destination.id());
            return Answer.SILENT;
        }
    }

    private Transport opened(Destination destination) throws IOException {
        Transport transport = open.get(destination.id());
        if (transport == null) {
            transport = opener.open(destination);
            open.put(destination.id(), transport);
        }
        return transport;
    }

    @Override
    public void close() {
        for (Transport transport : open.values()) {
            try {
                transport.close();
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("a destination that was asked did not close");
            }
        }
    }
}
