package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Keeps servers that send to one place, and need not know of each other otherwise, from sending
/// all at once (`upload_slots`): by tokens at the place itself. Safe for many threads.
public final class UploadSlots {
    private final TransportOpener opener;
    private final ServerIdentity self;
    private final SlotTimes times;
    private final LongSupplier nanos;
    private final Map<DestinationPlace, SlotLine> lines = new ConcurrentHashMap<>();

    /// The ids of the tokens of all lines: two destinations may lead to one folder.
    private final Set<String> own = ConcurrentHashMap.newKeySet();

    /// @param opener opens places without asking whose they are, since tokens lie in a folder that
    ///   is everybody's
    public UploadSlots(TransportOpener opener, ServerIdentity self) {
        this(opener, self, SlotTimes.USUAL, System::nanoTime);
    }

    UploadSlots(TransportOpener opener, ServerIdentity self, SlotTimes times, LongSupplier nanos) {
        this.opener = opener;
        this.self = self;
        this.times = times;
        this.nanos = nanos;
    }

    /// What became of a claim.
    public sealed interface Answer {}

    /// The upload may begin.
    ///
    /// @param slot closed by the caller when the upload has ended
    public record Granted(UploadSlot slot) implements Answer {}

    /// It may not now.
    ///
    /// @param delay when to ask again
    /// @param reason what for, in words
    public record Waits(Duration delay, String reason) implements Answer {}

    /// Asks for leave to upload. Where many uploads of this server wait, one of them asks the place
    /// and the others are told to ask later, without a call.
    ///
    /// @throws TransportException if the place cannot be asked, or refuses
    public Answer claim(Destination destination, Cancellation cancellation)
            throws TransportException, CancelledException {
        if (destination.slots().isEmpty()) {
            return new Granted(UploadSlot.unlimited(cancellation));
        }
        SlotLimit limit = destination.slots().get();
        Destination place = place(destination, limit);
        SlotLine line =
                lines.computeIfAbsent(
                        DestinationPlace.of(place),
                        _ -> new SlotLine(opener, self, times, nanos, own));
        if (!line.beginLook()) {
            return waits(destination, limit, line.delay(false));
        }
        Optional<UploadSlot> slot = Optional.empty();
        boolean answered = false;
        try {
            slot = line.claim(place, limit.uploads(), cancellation);
            answered = true;
        } finally {
            line.endLook(answered && slot.isEmpty());
        }
        return slot.<Answer>map(Granted::new)
                .orElseGet(() -> waits(destination, limit, line.delay(true)));
    }

    private static Waits waits(Destination destination, SlotLimit limit, Duration delay) {
        return new Waits(
                delay,
                limit.uploads() == 1
                        ? "waits for the one upload slot at " + destination.name()
                        : "waits for one of %d upload slots at %s"
                                .formatted(limit.uploads(), destination.name()));
    }

    /// The destination with the folder of the tokens for its own; what is stored there is never
    /// locked by this server.
    private static Destination place(Destination destination, SlotLimit limit) {
        DestinationSettings settings =
                switch (destination.settings()) {
                    case DestinationSettings.Local _ ->
                            new DestinationSettings.Local(limit.path(), false, false);
                    case DestinationSettings.Remote(var values, var secrets) -> {
                        SortedMap<String, String> there = new TreeMap<>(values);
                        there.remove("object_lock_days");
                        there.put(destination.type().folderName(), limit.path());
                        yield new DestinationSettings.Remote(there, secrets);
                    }
                };
        return new Destination(
                destination.id(),
                destination.type(),
                destination.name(),
                false,
                "",
                false,
                false,
                destination.timeoutSeconds(),
                settings);
    }
}
