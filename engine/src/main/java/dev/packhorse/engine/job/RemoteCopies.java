package dev.packhorse.engine.job;

import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.staging.InsufficientSpaceException;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The copies at a destination. Nothing there is changed.
final class RemoteCopies implements VerifiedPlace {
    private final Transport transport;
    private final Path work;
    private final StagingArea staging;
    private final List<FileChannel> opened = new ArrayList<>();

    /// @param transport closed with this
    /// @param work a folder of staging, for an index that is asked for and for trees
    RemoteCopies(Transport transport, Path work, StagingArea staging) {
        this.transport = transport;
        this.work = work;
        this.staging = staging;
    }

    @Override
    public boolean isThere(RestorePoint point) throws IOException {
        return transport.stat(point.archive()).isPresent();
    }

    @Override
    public <R> R read(RestorePoint point, Reader<R> reader, Cancellation cancellation)
            throws IOException {
        return transport.read(point.archive(), ByteRange.ALL, reader::read, cancellation);
    }

    @Override
    public <R> R readTree(RestorePoint point, TreeReader<R> reader, Cancellation cancellation)
            throws IOException {
        try (FarTree tree = FarTree.fetch(transport, point, work, staging, cancellation)) {
            return reader.read(tree.folder());
        }
    }

    @Override
    public Optional<byte[]> manifest(RestorePoint point, Cancellation cancellation)
            throws IOException {
        byte[] manifest = PointManifest.at(transport, point, cancellation);
        return manifest.length == 0 ? Optional.empty() : Optional.of(manifest);
    }

    /// A copy of it in a file that has no name any more. It is proven by nothing, and no more of it
    /// is fetched than the manifest tells of.
    @Override
    public Optional<RangeSource> index(RestorePoint point, Cancellation cancellation)
            throws IOException {
        ObjectKey key = BackupDirectory.indexKey(point.archive());
        byte[] manifest = PointManifest.at(transport, point, cancellation);
        long most = PointManifest.mostOfIndex(manifest, key);
        try {
            staging.requireSpace(work, most);
            FileChannel channel = UnnamedCopy.of(transport, key, most, work, cancellation);
            opened.add(channel);
            return Optional.of(RangeSource.of(channel));
        } catch (InsufficientSpaceException _) {
            // Then nobody learns where the damage lies, but that there is some.
            return Optional.empty();
        } catch (TransportException e) {
            if (e.kind() == Kind.MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try (transport) {
            for (FileChannel channel : opened) {
                channel.close();
            }
        }
    }
}
