package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A folder that is being walked: its names, and how far the walk has come. One thread.
final class WalkFrame {
    final BytePath path;
    final FileStat stat;

    /// Whether the folder's mode locks its own owner out, so that root opens what is below.
    final boolean locked;

    private final List<ByteName> names;
    private int next;
    private @Nullable Directory directory;

    WalkFrame(
            BytePath path,
            FileStat stat,
            boolean locked,
            List<ByteName> names,
            Directory directory) {
        this.path = path;
        this.stat = stat;
        this.locked = locked;
        this.names = names;
        this.directory = directory;
    }

    boolean hasNext() {
        return next < names.size();
    }

    ByteName next() {
        return names.get(next++);
    }

    int left() {
        return names.size() - next;
    }

    /// The held descriptor, null while it is let go.
    @Nullable Directory directory() {
        return directory;
    }

    /// Lets the descriptor go for a while.
    void release() throws IOException {
        if (directory != null) {
            directory.close();
            directory = null;
        }
    }

    void hold(Directory reopened) {
        directory = reopened;
    }
}
