package dev.packhorse.engine.job;

import dev.packhorse.engine.process.ProgramFinder;
import dev.packhorse.engine.staging.InsufficientSpaceException;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.engine.system.SystemPacker;
import dev.packhorse.transport.spi.AlikeRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TreeContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/// A system backup as one file, made for one run of its upload. The same folder makes the same
/// bytes, so that an upload that was cut short goes on. One thread.
///
/// @param folder the backup in the backup directory
/// @param bundle what is sent
record SystemBundle(Path folder, WorkFolder work, Content bundle) implements UploadSource {
    /// What a tar adds to a file: its header, and what fills its last block.
    private static final long TAR_OVERHEAD = 2_048;

    /// Makes the bundle of an upload. One is made at a time: of several, each would find the room
    /// that all of them take.
    ///
    /// @param turn has one permit, for all bundles of this process
    /// @return empty if the backup is not there any more
    /// @throws InsufficientSpaceException if there is no room for it
    /// @throws UnmadeBundleException if it is another's turn, or the bundle cannot be made now: the
    ///   disk was filled by others, or a later backup of the day has taken the place of this one
    static Optional<SystemBundle> of(
            ServerBackups backups,
            StagingArea staging,
            UploadArguments upload,
            Semaphore turn,
            Cancellation cancellation)
            throws IOException {
        Path folder =
                new SystemFolder(backups.directory())
                        .place(upload.tier(), LocalDate.parse(upload.date()));
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        SystemPacker packer =
                new SystemPacker(
                        backups.root().folder(),
                        ProgramFinder.system()
                                .find("tar")
                                .orElseThrow(() ->
                                        new IOException("there is no program tar on this server")));
        if (!turn.tryAcquire()) {
            throw UnmadeBundleException.busy();
        }
        try {
            return Optional.of(made(packer, folder, staging, cancellation));
        } catch (CancelledException | InsufficientSpaceException e) {
            throw e;
        } catch (IOException e) {
            throw UnmadeBundleException.failed(e);
        } finally {
            turn.release();
        }
    }

    private static SystemBundle made(
            SystemPacker packer, Path folder, StagingArea staging, Cancellation cancellation)
            throws IOException {
        WorkFolder work = staging.newFolder();
        boolean whole = false;
        try {
            staging.requireSpace(work.path(), size(folder));
            Path file = work.path().resolve("bundle");
            write(packer, folder, file, cancellation);
            SystemBundle made = new SystemBundle(folder, work, FileContent.of(file));
            whole = true;
            return made;
        } finally {
            if (!whole) {
                work.close();
            }
        }
    }

    private static long size(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.toList()) {
                bytes += TAR_OVERHEAD + (Files.isRegularFile(each) ? Files.size(each) : 0);
            }
        } catch (UncheckedIOException e) {
            throw new IOException(e.getCause());
        }
        return bytes;
    }

    private static void write(
            SystemPacker packer, Path folder, Path file, Cancellation cancellation)
            throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        BackupDirectory.FILE_MODE)) {
            packer.bundle(
                    folder,
                    (bytes, offset, length) -> {
                        ByteBuffer block = ByteBuffer.wrap(bytes, offset, length);
                        while (block.hasRemaining()) {
                            channel.write(block);
                        }
                    },
                    cancellation);
        }
    }

    /// The bundle, whose reading counts.
    SystemBundle watchedBy(UploadHeadways headways, UploadArguments upload) {
        return new SystemBundle(folder, work, headways.watch(upload, bundle));
    }

    @Override
    public Path index() {
        throw new IllegalStateException("a system backup has no index");
    }

    @Override
    public Map<ObjectKey, Content> beside() {
        return Map.of();
    }

    @Override
    public Content archive(List<AlikeRange> alike) {
        return bundle;
    }

    @Override
    public TreeContent tree(List<ObjectKey> earlier) {
        throw new IllegalStateException("a system backup is sent as one file");
    }

    /// What is sent lies in a folder of its own, whatever becomes of the backup.
    @Override
    public boolean isThere() {
        return true;
    }

    @Override
    public void close() throws IOException {
        work.close();
    }
}
