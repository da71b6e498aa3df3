package dev.packhorse.transport.local;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CheckedContent;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/// One put: temporary file, check, sync, publish, sync the folder.
final class LocalUpload {
    /// Names that begin so are never objects: they are uploads under way, or what a killed one
    /// left.
    static final String TEMPORARY = ".packhorse-upload-";

    private static final int BLOCK = 1 << 18;
    private static final int MOST_ATTEMPTS = 100;

    private final Path root;
    private final HardLinks links;
    private final Path target;
    private final Path temporary;

    LocalUpload(Path root, ObjectKey key, HardLinks links) {
        this.root = root;
        this.links = links;
        this.target = root.resolve(key.value());
        this.temporary = parentOf(target).resolve(TEMPORARY + UUID.randomUUID());
    }

    /// What brings all bytes into the temporary file.
    @FunctionalInterface
    interface Filling {
        void fill(FileChannel file) throws IOException;
    }

    /// A content whose digest is known.
    static Filling of(ObjectKey key, Content content, Cancellation cancellation) {
        return file -> {
            try (CheckedContent source = new CheckedContent(key, content, cancellation)) {
                byte[] block = new byte[BLOCK];
                for (int count = source.read(block); count >= 0; count = source.read(block)) {
                    writeAll(file, ByteBuffer.wrap(block, 0, count));
                }
            }
        };
    }

    Path temporary() {
        return temporary;
    }

    void refuseIfTaken(PutMode mode) throws IOException {
        if (mode == PutMode.CREATE && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString());
        }
    }

    void run(Filling filling, PutMode mode) throws IOException {
        refuseIfTaken(mode);
        Path folder = parentOf(target);
        begin(folder);
        try {
            write(filling);
            publish(mode);
        } finally {
            Files.deleteIfExists(temporary);
        }
        syncFolder(folder);
    }

    /// Makes the temporary file, which keeps its folder from being removed as an empty one. Before
    /// that somebody may remove what was just made.
    private void begin(Path folder) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                makeFolders(folder);
                Files.createFile(
                        temporary,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
                return;
            } catch (NoSuchFileException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            } catch (IOException e) {
                discard(e);
                throw e;
            }
        }
    }

    /// It may be there although making it failed.
    private void discard(IOException failure) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void write(Filling filling) throws IOException {
        try (FileChannel file =
                FileChannel.open(temporary, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            filling.fill(file);
            file.force(true);
        }
    }

    static void writeAll(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    private void publish(PutMode mode) throws IOException {
        if (mode == PutMode.CREATE) {
            create();
        } else {
            rename();
        }
    }

    /// A hard link fails for a taken name where a rename would replace it, so it is what makes
    /// CREATE atomic. Some file systems have none.
    private void create() throws IOException {
        try {
            Files.createLink(target, temporary);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException e) {
            if (!LocalErrors.mayLackLinks(e)) {
                throw e;
            }
            links.areMissing();
            createWithoutLink();
        }
    }

    /// Of several in this process one succeeds; of several processes more may.
    private void createWithoutLink() throws IOException {
        ReentrantLock creating = CreationLocks.of(root);
        creating.lock();
        try {
            refuseIfTaken(PutMode.CREATE);
            rename();
        } finally {
            creating.unlock();
        }
    }

    private void rename() throws IOException {
        Files.move(
                temporary,
                target,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /// Makes missing folders one by one, so that each new name is synced into its parent.
    private void makeFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || folder.equals(root)) {
            return;
        }
        makeFolders(parentOf(folder));
        try {
            Files.createDirectory(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            syncFolder(parentOf(folder));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    static Path parentOf(Path path) {
        return Objects.requireNonNull(path.getParent(), "a key lies below the root");
    }

    static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
