package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Predicate;

/// From which archives of the backup directory nothing is taken over. Safe for many threads.
public interface ArchiveDoubts extends Predicate<ObjectKey> {
    /// A packing found a tree of an account damaged: none that was made until then is linked to any
    /// more.
    ///
    /// @throws IOException if that cannot be kept
    void damaged(AccountName account, Instant found) throws IOException;

    /// Where no backup directory is known, and so nothing is in doubt.
    static ArchiveDoubts none() {
        return new ArchiveDoubts() {
            @Override
            public boolean test(ObjectKey archive) {
                return false;
            }

            @Override
            public void damaged(AccountName account, Instant found) {}
        };
    }
}
