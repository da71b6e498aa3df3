package dev.packhorse.transport.spi;

/// A request to stop, carried as a flag. Work checks it at block boundaries; work that blocks in a
/// socket or a child process registers an action that closes or kills what it waits for. Threads
/// are never interrupted, since an interrupt closes every [java.nio.channels.FileChannel] it meets,
/// an embedded database's among them.
///
/// Safe for many threads.
public interface Cancellation {
    /// True once somebody asked for the end; never goes back to false.
    boolean isRequested();

    /// Throws if the end was asked for; cheap enough for every block of data.
    ///
    /// @throws CancelledException when [#isRequested()] is true
    default void check() throws CancelledException {
        if (isRequested()) {
            throw new CancelledException("cancelled");
        }
    }

    /// Runs the action once, on the canceller's thread, when the end is asked for; at once if it
    /// already was. The action must not block. Closing the registration takes the action back.
    Registration onRequest(Runnable action);

    /// A registered action; [#close()] is idempotent.
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /// A cancellation that nobody can request.
    static Cancellation never() {
        return NeverCancelled.INSTANCE;
    }
}
