package dev.packhorse.transport.contract;

import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A journal that outlives transports, as the daemon's outlives processes.
public final class MemoryJournal implements UploadJournal {
    private volatile @Nullable UploadState state;

    @Override
    public Optional<UploadState> recorded() {
        return Optional.ofNullable(state);
    }

    @Override
    public void record(UploadState newState) {
        state = newState;
    }

    @Override
    public void clear() {
        state = null;
    }
}
