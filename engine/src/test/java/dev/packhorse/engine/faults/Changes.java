package dev.packhorse.engine.faults;

import java.io.IOException;

/// Stands between a [FaultyFiles] and the machine's files. Safe for many threads.
public interface Changes {
    /// Makes a change, or not.
    ///
    /// @param action makes it
    /// @return what the action returned
    /// @throws IOException if it failed, or was made to fail
    <R> R make(Change change, Action<R> action) throws IOException;

    /// Makes one change to the machine's files.
    interface Action<R> {
        R run() throws IOException;
    }

    /// Makes a change that returns nothing.
    default void run(Change change, VoidAction action) throws IOException {
        make(
                change,
                () -> {
                    action.run();
                    return true;
                });
    }

    /// As [Action].
    interface VoidAction {
        void run() throws IOException;
    }
}
