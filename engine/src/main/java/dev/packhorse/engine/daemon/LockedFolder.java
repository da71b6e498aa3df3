package dev.packhorse.engine.daemon;

import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where drivers work in a process beside the daemon: a folder of the process's own, made when it
/// is first needed. A lock tells that the process lives; the kernel releases it, however the
/// process ends, and the next one removes what is left. Safe for many threads.
final class LockedFolder implements WorkPlace, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LockedFolder.class);
    private static final String LOCK = ".lock";
    private static final FileAttribute<Set<PosixFilePermission>> ROOT_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path all;
    private final long floorBytes;
    private @Nullable Held own;

    /// @param lock open as long as the process lives
    private record Held(Path folder, FileChannel lock) {
        boolean isLocked() {
            return lock.isOpen();
        }
    }

    /// @param all the folder of all such processes; need not exist
    /// @param floorBytes what must stay free
    LockedFolder(Path all, long floorBytes) {
        this.all = all;
        this.floorBytes = floorBytes;
    }

    @Override
    public synchronized Path folder() throws IOException {
        Held held = own;
        if (held == null || !held.isLocked()) {
            Files.createDirectories(all, ROOT_ONLY);
            sweep();
            held = make(all.resolve(UUID.randomUUID().toString()));
            own = held;
        }
        return held.folder();
    }

    @Override
    public long roomBytes() throws IOException {
        return Files.getFileStore(folder()).getUsableSpace() - floorBytes;
    }

    /// Removes the folder and what is in it.
    @Override
    public synchronized void close() throws IOException {
        Held held = own;
        if (held != null) {
            own = null;
            try (FileChannel _ = held.lock()) {
                remove(held.folder());
                Files.deleteIfExists(lockOf(held.folder()));
            }
        }
    }

    private static Path lockOf(Path folder) {
        return Path.of(folder + LOCK);
    }

    private static Held make(Path folder) throws IOException {
        Path file = lockOf(folder);
        FileChannel lock = lock(file, StandardOpenOption.CREATE_NEW);
        if (lock == null) {
            throw new IOException(file + " cannot be locked");
        }
        Files.createDirectory(folder, ROOT_ONLY);
        return new Held(folder, lock);
    }

    /// What cannot be removed now is left to the next process: it is no reason not to work.
    private void sweep() throws IOException {
        List<Path> locks;
        try (Stream<Path> files = Files.list(all)) {
            locks = files.filter(file -> file.toString().endsWith(LOCK)).toList();
        }
        for (Path each : locks) {
            try {
                removeUnlessHeld(each);
            } catch (IOException e) {
                LOG.atWarn().setCause(e).log("what an ended process left cannot be removed now");
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

    /// A child of the process that left it may still be at work there.
    private static void remove(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure)
                            throws IOException {
                        if (failure instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw failure;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path each, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.deleteIfExists(each);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
