package dev.packhorse.transport.contract;

import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A journal that outlives a transport but not the test. One thread.
public final class MemoryJournal implements UploadJournal {
    private @Nullable UploadState state;

    @Override
    public Optional<UploadState> recorded() {
        return Optional.ofNullable(state);
    }

    @Override
    public void record(UploadState recorded) {
        state = recorded;
    }

    @Override
    public void clear() {
        state = null;
    }
}
