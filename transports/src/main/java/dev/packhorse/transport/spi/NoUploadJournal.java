package dev.packhorse.transport.spi;

import java.util.Optional;

enum NoUploadJournal implements UploadJournal {
    INSTANCE;

    @Override
    public Optional<UploadState> recorded() {
        return Optional.empty();
    }

    @Override
    public void record(UploadState state) {}

    @Override
    public void clear() {}
}
