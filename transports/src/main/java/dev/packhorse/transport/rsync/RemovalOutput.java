package dev.packhorse.transport.rsync;

import dev.packhorse.transport.watch.CallWatch;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Looks through what rsync prints of what it removes, and keeps nothing: a tree has a line for
/// each of its files. Each removal is progress; other lines could keep a run alive for ever.
///
/// Source: rsync(1), option `--itemize-changes`
final class RemovalOutput extends OutputStream {
    private static final byte[] REMOVED = "*deleting".getBytes(StandardCharsets.US_ASCII);

    private final CallWatch watch;
    private final Runnable removal;
    private int matched;

    /// @param removal is told of each
    RemovalOutput(CallWatch watch, Runnable removal) {
        this.watch = watch;
        this.removal = removal;
    }

    @Override
    public void write(int value) {
        if (value == '\n') {
            matched = 0;
        } else if (matched >= 0 && matched < REMOVED.length) {
            matched = value == REMOVED[matched] ? matched + 1 : -1;
            if (matched == REMOVED.length) {
                watch.progressed(1);
                removal.run();
            }
        }
    }
}
