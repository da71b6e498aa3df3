package dev.packhorse.engine.faults;

import java.io.IOException;
import java.nio.file.Path;

/// Stands between a [FaultyFiles] and the machine's files. Safe for many threads.
public interface Changes {
    /// Makes a change, or not.
    ///
    /// @param action makes it
    /// @return what the action returned
    /// @throws IOException if it failed, or was made to fail
    <R> R make(Change change, Action<R> action) throws IOException;

    /// Bytes, names or attributes are about to be read, which changes nothing.
    ///
    /// @throws IOException if that is made to fail
    default void look(Path path) throws IOException {}

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
