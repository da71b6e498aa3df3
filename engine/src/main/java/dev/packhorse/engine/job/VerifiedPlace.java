package dev.packhorse.engine.job;

import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/// A place whose copies are read. One thread.
sealed interface VerifiedPlace extends AutoCloseable permits LocalCopies, RemoteCopies {
    /// Takes the bytes of an archive.
    @FunctionalInterface
    interface Reader<R> {
        R read(InputStream bytes) throws IOException;
    }

    /// Takes the folder of a tree.
    @FunctionalInterface
    interface TreeReader<R> {
        R read(Path tree) throws IOException;
    }

    /// Whether the archive is there.
    ///
    /// @throws IOException if the place cannot be looked at: then nothing is known
    boolean isThere(RestorePoint point) throws IOException;

    /// Reads an archive file; the reader may run again after a failure of the place, and then
    /// begins anew.
    ///
    /// @throws IOException if it cannot be read to its end; this says nothing of its bytes
    <R> R read(RestorePoint point, Reader<R> reader, Cancellation cancellation) throws IOException;

    /// Reads a tree; the reader runs once, and the folder is the tree's own only while it runs.
    ///
    /// @throws TransportException `CORRUPT` if there is surely something else
    /// @throws IOException if it cannot be read to its end; this says nothing of what it holds
    <R> R readTree(RestorePoint point, TreeReader<R> reader, Cancellation cancellation)
            throws IOException;

    /// The bytes of the manifest beside an archive, empty if there is none; at most one more than a
    /// manifest may have.
    Optional<byte[]> manifest(RestorePoint point, Cancellation cancellation) throws IOException;

    /// The index beside an archive, empty if there is none; of use until the place is closed.
    Optional<RangeSource> index(RestorePoint point, Cancellation cancellation) throws IOException;

    @Override
    void close() throws IOException;
}
