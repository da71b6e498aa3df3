package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A journal that outlives transports, and counts how often it was written.
public final class KeptJournal implements UploadJournal {
    private @Nullable UploadState state;
    private int writes;

    @Override
    public Optional<UploadState> recorded() {
        return Optional.ofNullable(state);
    }

    @Override
    public void record(UploadState recorded) {
        state = recorded;
        writes++;
    }

    @Override
    public void clear() {
        state = null;
    }

    public int writes() {
        return writes;
    }
}
