package dev.packhorse.engine.daemon;

import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreAwayException;
import dev.packhorse.engine.jdbc.StoreException;
import dev.packhorse.engine.jdbc.StoreSettings;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the store, and waits for a shared one whose server is away: a daemon that gave up would be
/// started again a few times by systemd, and then never.
///
/// @param notifier told that the start takes longer
/// @param end ends the wait
record StoreWait(ServiceNotifier notifier, EndRequest end) {
    private static final Logger LOG = LoggerFactory.getLogger(StoreWait.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /// Longer than a try and a pause: connecting takes 10 seconds, an answer 60 at most.
    private static final Duration NEXT_WORD = Duration.ofMinutes(3);

    /// The open store, and how long it was waited for.
    record Opened(Store store, Duration waited) {}

    /// Opens it.
    ///
    /// @throws StoreException if it cannot be opened, or the end was asked for while it was away
    Opened open(StoreSettings place) throws StoreException {
        long since = System.nanoTime();
        boolean waited = false;
        while (true) {
            try {
                Store store = Store.open(place);
                return new Opened(
                        store,
                        waited ? Duration.ofNanos(System.nanoTime() - since) : Duration.ZERO);
            } catch (StoreAwayException e) {
                if (!waited) {
                    LOG.atError().setCause(e).log("waiting for the store");
                }
                waited = true;
                notifier.starting(NEXT_WORD, "waiting for the store: " + e.getMessage());
                if (end.comesWithin(PAUSE)) {
                    throw e;
                }
            }
        }
    }
}
