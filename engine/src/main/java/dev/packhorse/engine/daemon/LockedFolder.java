package dev.packhorse.engine.daemon;

import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where drivers work in a process beside the daemon: a folder of the process's own, made when it
/// is first needed. A lock tells that the process lives; the kernel releases it, however the
/// process ends, and the next one removes what is left.
final class LockedFolder implements WorkPlace {
    private static final String LOCK = ".lock";
    private static final FileAttribute<Set<PosixFilePermission>> ROOT_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path all;
    private final long floorBytes;
    private @Nullable Path own;

    /// Held as long as the process lives.
    private @Nullable FileChannel lock;

    /// @param all the folder of all such processes; need not exist
    /// @param floorBytes what must stay free
    LockedFolder(Path all, long floorBytes) {
        this.all = all;
        this.floorBytes = floorBytes;
    }

    @Override
    public synchronized Path folder() throws IOException {
        Path made = own;
        if (made == null) {
            Files.createDirectories(all, ROOT_ONLY);
            sweep();
            made = all.resolve(UUID.randomUUID().toString());
            lock = lock(all.resolve(made.getFileName() + LOCK), StandardOpenOption.CREATE_NEW);
            Files.createDirectory(made, ROOT_ONLY);
            own = made;
        }
        return made;
    }

    @Override
    public long roomBytes() throws IOException {
        return Files.getFileStore(folder()).getUsableSpace() - floorBytes;
    }

    private void sweep() throws IOException {
        try (Stream<Path> files = Files.list(all)) {
            List<Path> locks = files.filter(file -> file.toString().endsWith(LOCK)).toList();
            for (Path each : locks) {
                removeUnlessHeld(each);
            }
        }
    }

    private static void removeUnlessHeld(Path lockFile) throws IOException {
        try (FileChannel channel = lock(lockFile, StandardOpenOption.WRITE)) {
            if (channel != null) {
                String name = lockFile.toString();
                remove(Path.of(name.substring(0, name.length() - LOCK.length())));
                Files.deleteIfExists(lockFile);
            }
        } catch (NoSuchFileException _) {
            // Another process has swept it.
        }
    }

    /// @return null if another holds it
    private static @Nullable FileChannel lock(Path file, StandardOpenOption how)
            throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, how);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException _) {
            // This process holds it.
        }
        channel.close();
        return null;
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
