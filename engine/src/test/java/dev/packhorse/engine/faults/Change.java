package dev.packhorse.engine.faults;

import java.nio.file.Path;

/// One change of a file system, before it is made. A handle is the number of an open file.
public sealed interface Change {
    /// A file or folder was opened.
    ///
    /// @param writes whether it was opened for changing
    /// @param makes whether it is not there yet and will be
    /// @param empties whether what is in it goes
    record Open(long handle, Path path, boolean writes, boolean makes, boolean empties)
            implements Change {}

    /// Bytes go to a place of a file.
    record Write(long handle, Path path, long position, Bytes bytes) implements Change {}

    record Truncate(long handle, Path path, long size) implements Change {}

    /// What was written to a file, or the names in a folder, go to the disk.
    record Sync(long handle, Path path) implements Change {}

    record Close(long handle, Path path) implements Change {}

    record MakeFolder(Path path) implements Change {}

    record SymbolicLink(Path path) implements Change {}

    record Link(Path path, Path existing) implements Change {}

    record Remove(Path path) implements Change {}

    record Copy(Path path) implements Change {}

    record Move(Path source, Path path) implements Change {}

    record SetAttribute(Path path) implements Change {}

    /// Bytes that were copied from a buffer; nobody changes them.
    final class Bytes {
        private final byte[] array;

        Bytes(byte[] array) {
            this.array = array;
        }

        byte[] array() {
            return array;
        }
    }

    /// What the change is made to.
    Path path();
}
