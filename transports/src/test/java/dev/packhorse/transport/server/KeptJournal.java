package dev.packhorse.transport.server;

import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A journal that outlives the transport of a test, as a file outlives a process.
public final class KeptJournal implements UploadJournal {
    private @Nullable UploadState state;

    @Override
    public Optional<UploadState> recorded() {
        return Optional.ofNullable(state);
    }

    @Override
    public void record(UploadState next) {
        state = next;
    }

    @Override
    public void clear() {
        state = null;
    }
}
