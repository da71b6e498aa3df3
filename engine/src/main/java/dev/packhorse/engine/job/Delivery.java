package dev.packhorse.engine.job;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;

/// Takes the bytes of an archive and gives them their final name or names once they are whole and
/// on the disk: all of them or none. One thread.
interface Delivery extends AutoCloseable {
    /// A file that was published.
    ///
    /// @param md5 of its content, lower-case hex
    record Delivered(Path path, long sizeBytes, String md5) {}

    /// Where the archive's bytes go, in order. Not to be closed.
    WritableByteChannel channel();

    /// Syncs and publishes, replacing what has the name. Once, after the last byte.
    ///
    /// @return the files in order, at least one
    List<Delivered> publish() throws IOException;

    /// Removes what was not published.
    @Override
    void close() throws IOException;
}
