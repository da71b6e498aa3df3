package dev.packhorse.engine.component.home;

import dev.packhorse.engine.component.home.HomeWalk.Place;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The folder of a home that was asked for last, held open since the next file mostly lies there,
/// too. No link on the way is followed. One thread at a time.
final class HeldFolder implements AutoCloseable {
    private final Directory home;
    private ByteString path = ByteString.of("");
    private @Nullable Directory folder;

    /// @param home stays the caller's
    HeldFolder(Directory home) {
        this.home = home;
    }

    /// The place of a file that no folder locks the account out of, good until the next call.
    ///
    /// @param file its path in the archive
    Place place(BytePath file) throws IOException {
        ByteString value = file.value();
        ByteString wanted = value.substring(0, value.lastIndexOf('/'));
        Directory there = folder;
        if (there == null || !wanted.equals(path)) {
            close();
            there = open(new BytePath(wanted));
            folder = there;
            path = wanted;
        }
        return new Place(false, there, file.name(), file);
    }

    private Directory open(BytePath wanted) throws IOException {
        return wanted.equals(HomePath.HOME)
                ? home.duplicate()
                : home.openBeneath(wanted.relativeTo(HomePath.HOME));
    }

    @Override
    public void close() throws IOException {
        Directory there = folder;
        folder = null;
        if (there != null) {
            there.close();
        }
    }
}
