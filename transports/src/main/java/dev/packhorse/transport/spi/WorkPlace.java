package dev.packhorse.transport.spi;

import java.io.IOException;
import java.nio.file.Path;

/// Where a driver puts what passes through this server: an object on its way, or what a program
/// needs for one run. Each driver makes folders of its own in it and removes them; what a killed
/// process left is its owner's to remove. Safe for many threads.
public interface WorkPlace {
    /// So much may always be written, whatever room there is: what a driver needs to go on at all,
    /// such as a mark or a manifest. The room is kept for everybody else from what is large.
    long SMALL_BYTES = 1L << 20;

    /// A folder that no other user can put something into the way of.
    ///
    /// @throws IOException if it is missing and cannot be made
    Path folder() throws IOException;

    /// How many bytes may be written there now, with enough left for everybody else; none if
    /// negative.
    ///
    /// @throws IOException if nobody knows
    long roomBytes() throws IOException;

    /// How large an object may be that is written there now.
    ///
    /// @throws IOException if nobody knows
    default long mostBytes() throws IOException {
        return Math.max(SMALL_BYTES, roomBytes());
    }

    /// Checks that so many bytes may be written there, as what is small always may.
    ///
    /// @throws OwnSideException if not
    /// @throws IOException if nobody knows
    default void requireRoom(long bytes) throws IOException {
        long room = mostBytes();
        if (room < bytes) {
            throw new OwnSideException(
                    new IOException(
                            "not enough space in %s: %s needed, %s may be used"
                                    .formatted(folder(), new ByteSize(bytes), new ByteSize(room))));
        }
    }

    /// The folder for temporary files of this Java.
    static WorkPlace temporary() {
        return TemporaryFolder.INSTANCE;
    }
}
