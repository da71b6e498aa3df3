package dev.packhorse.engine.job;

import dev.packhorse.engine.queue.QueueException;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which safety copies one sweep must leave to restores that are not over: found out once, and only
/// if there is anything to remove. One thread, one sweep.
final class NeededCopies {
    private static final Logger LOG = LoggerFactory.getLogger(NeededCopies.class);

    private final OpenRestores restores;
    private Optional<Set<Copy>> copies = Optional.empty();
    private boolean known;

    NeededCopies(OpenRestores restores) {
        this.restores = restores;
    }

    /// @param account whose it is
    /// @param name its name, or that of the newest
    record Copy(String account, String name) {}

    /// Whether a copy must stay. All must where it cannot be found out.
    boolean contains(String account, String name) {
        if (!known) {
            copies = look();
            known = true;
        }
        return copies.map(all ->
                        all.contains(new Copy(account, name))
                                || all.contains(new Copy(account, SafetyCopies.NEWEST)))
                .orElse(true);
    }

    private Optional<Set<Copy>> look() {
        try {
            return Optional.of(restores.copies());
        } catch (QueueException | IllegalArgumentException e) {
            LOG.atWarn()
                    .setCause(e)
                    .log("old safety copies are kept: a restore that may need one cannot be read");
            return Optional.empty();
        }
    }
}
