package dev.packhorse.engine.job;

import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    private <R> Optional<R> small(ObjectKey key, Reader<R> reader, Cancellation cancellation)
            throws IOException {
        try {
            return Optional.of(transport.read(key, ByteRange.ALL, reader::read, cancellation));
        } catch (TransportException e) {
            if (e.kind() == Kind.MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// A copy of it in a file that has no name any more.
    @Override
    public Optional<RangeSource> index(RestorePoint point, Cancellation cancellation)
            throws IOException {
        Path file = Files.createTempFile(work, "index-", ".part");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        opened.add(channel);
        Files.delete(file);
        return small(
                BackupDirectory.indexKey(point.archive()),
                bytes -> {
                    copy(bytes, channel);
                    return RangeSource.of(channel);
                },
                cancellation);
    }

    private static void copy(InputStream bytes, FileChannel target) throws IOException {
        target.truncate(0);
        target.position(0);
        bytes.transferTo(Channels.newOutputStream(target));
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
