package dev.packhorse.engine.job;

import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The copies in the backup directory of this server.
final class LocalCopies implements VerifiedPlace {
    private final BackupDirectory directory;
    private final List<FileChannel> opened = new ArrayList<>();

    LocalCopies(BackupDirectory directory) {
        this.directory = directory;
    }

    @Override
    public boolean isThere(RestorePoint point) throws IOException {
        directory.requireThere();
        Path place = place(point);
        return point.form() == ArchiveForm.INCREMENTAL
                ? Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)
                : Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS);
    }

    /// Where a copy lies, a tree too.
    private Path place(RestorePoint point) {
        return directory.place(point.archive());
    }

    @Override
    public <R> R read(RestorePoint point, Reader<R> reader, Cancellation cancellation)
            throws IOException {
        try (InputStream bytes =
                Files.newInputStream(
                        place(point), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            return reader.read(bytes);
        }
    }

    @Override
    public <R> R readTree(RestorePoint point, TreeReader<R> reader, Cancellation cancellation)
            throws IOException {
        return reader.read(place(point));
    }

    @Override
    public Optional<byte[]> manifest(RestorePoint point, Cancellation cancellation)
            throws IOException {
        byte[] manifest = PointManifest.here(directory, point);
        return manifest.length == 0 ? Optional.empty() : Optional.of(manifest);
    }

    @Override
    public Optional<RangeSource> index(RestorePoint point, Cancellation cancellation)
            throws IOException {
        Path file = directory.place(BackupDirectory.indexKey(point.archive()));
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        opened.add(channel);
        return Optional.of(RangeSource.of(channel));
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : opened) {
            channel.close();
        }
    }
}
