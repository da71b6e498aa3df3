package dev.packhorse.engine.http;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;

/// The logs that are served. Names are looked up among what is there, never joined into a path.
/// Safe for many threads.
public interface ServedLogs {
    /// A server without logs.
    ServedLogs NONE =
            new ServedLogs() {
                @Override
                public List<String> runs() {
                    return List.of();
                }

                @Override
                public Optional<FileChannel> open(List<String> words) {
                    return Optional.empty();
                }
            };

    /// The names of the logs of runs, newest first.
    List<String> runs() throws IOException;

    /// Opens a log for reading; the caller closes it.
    ///
    /// @param words what the path says after `/logs/`: `runs`, NAME; `sessions`, ID, LOG; `jobs`,
    ///   ID
    /// @return empty if there is none
    Optional<FileChannel> open(List<String> words) throws IOException;
}
