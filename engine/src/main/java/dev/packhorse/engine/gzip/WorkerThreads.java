package dev.packhorse.engine.gzip;

import java.io.IOException;
import java.util.function.Consumer;

/// Makes the threads on which segments are filled: those of an account, if its files are read
/// there. Safe for many threads.
@FunctionalInterface
public interface WorkerThreads {
    /// A thread that is not started yet.
    ///
    /// @param refused told, on the thread, instead of running the work, if it cannot run as it must
    /// @throws IOException if no such thread can be made
    Thread make(Runnable work, Consumer<IOException> refused) throws IOException;

    /// Threads with the rights of the process.
    static WorkerThreads named(String name) {
        return (work, _) -> Thread.ofPlatform().daemon(true).name(name).unstarted(work);
    }
}
