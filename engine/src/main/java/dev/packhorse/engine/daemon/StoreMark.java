package dev.packhorse.engine.daemon;

import dev.packhorse.engine.jdbc.H2Recovery;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreException;
import dev.packhorse.engine.jdbc.StoreSettings;
import dev.packhorse.engine.jdbc.UnusableStoreException;
import dev.packhorse.engine.rootfile.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Finds out that an embedded store is older than it was, or was cut short so that its last changes
/// are gone: a number goes up in the store and then in a file beside it, at each start, each hour
/// and each stop in order. A store whose number is smaller than the file's is not the newest. One
/// thread at a time.
final class StoreMark implements AutoCloseable {
    private final Store store;
    private final Path file;

    private StoreMark(Store store, Path file) {
        this.store = store;
        this.file = file;
    }

    /// Checks the store, and notes that it is in use.
    ///
    /// @throws UnusableStoreException if it is older than it was; the message says what to do
    static StoreMark take(Store store, StoreSettings settings, Path state)
            throws StoreException, IOException {
        StoreMark mark = new StoreMark(store, state.resolve(H2Recovery.MARK));
        long noted = mark.noted();
        if (store.mark() < noted) {
            throw new UnusableStoreException(
                    "the store is older than it was when the daemon last had it (mark %d, not %d): another file was put in its place, or its end is missing. Stop and find the newest one; what it holds more than this one would be lost or done twice.\nTo go on with this one all the same: rm %s\n%s"
                            .formatted(store.mark(), noted, mark.file, H2Recovery.advice(settings)),
                    null);
        }
        mark.advance();
        return mark;
    }

    private long noted() throws IOException {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (NoSuchFileException _) {
            return 0;
        } catch (NumberFormatException e) {
            throw new IOException(
                    file + " is damaged: if the store is the newest, remove that file", e);
        }
    }

    /// Notes that the store is the newest now. In the store first: a crash in between leaves it the
    /// greater number.
    void advance() throws StoreException, IOException {
        AtomicFile.replace(file, store.advanceMark() + "\n");
    }

    @Override
    public void close() throws StoreException, IOException {
        advance();
    }
}
