package dev.packhorse.transport.spi;

enum NeverCancelled implements Cancellation {
    INSTANCE;

    @Override
    public boolean isRequested() {
        return false;
    }

    @Override
    public Registration onRequest(Runnable action) {
        return () -> {};
    }
}
