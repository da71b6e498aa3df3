package dev.packhorse.engine.staging;

import dev.packhorse.transport.spi.ByteSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Room that is taken while there is plenty, and given up when the disk of the state folder is
/// full: what failed can be written down then, the queue goes on, and pruning can free more.
/// Working folders get nothing of it, since less than their floor is free. It is taken again when
/// the disk has room. Safe for many threads.
public final class ReserveFile {
    private static final Logger LOG = LoggerFactory.getLogger(ReserveFile.class);
    private static final FileAttribute<Set<PosixFilePermission>> ROOT_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int BLOCK = 1 << 20;
    private static final String NAME = "reserve";

    /// Under this the store's next write might fail.
    private static final long FULL_BELOW = 4L << 20;

    private final Path folder;
    private final Path file;
    private final long sizeBytes;
    private boolean told;

    /// @param folder the state folder
    /// @param size how much is kept, 0 for nothing
    public ReserveFile(Path folder, ByteSize size) {
        this.folder = folder;
        this.file = folder.resolve(NAME);
        this.sizeBytes = size.bytes();
    }

    /// Looks at the disk: gives the reserve up if it is full, takes it if there is room for it and
    /// as much again. What cannot be done is told in the log once, and tried again at the next
    /// look.
    public synchronized void look() {
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            if (Files.exists(file)) {
                lookAtKept(free);
            } else if (sizeBytes > 0 && free >= 2 * sizeBytes + FULL_BELOW) {
                take();
            }
            told = false;
        } catch (IOException e) {
            if (!told) {
                told = true;
                LOG.atWarn().addKeyValue("file", file).setCause(e).log("no reserve can be kept");
            }
        }
    }

    /// Gives the reserve up if the disk is full, and never takes it: for a start, before anything
    /// is written.
    ///
    /// @throws IOException if the disk cannot be looked at
    public synchronized void giveUpIfFull() throws IOException {
        if (Files.exists(file)) {
            lookAtKept(Files.getFileStore(folder).getUsableSpace());
        }
    }

    private void lookAtKept(long free) throws IOException {
        if (free < FULL_BELOW) {
            Files.delete(file);
            LOG.atWarn()
                    .addKeyValue("folder", folder)
                    .addKeyValue("free", new ByteSize(free))
                    .log(
                            "the disk of the state folder is full: the reserve is given up, free room there");
        } else if (Files.size(file) != sizeBytes) {
            // Another size was configured.
            Files.delete(file);
        }
    }

    /// Every block is written, with bytes that no file system stores in less room.
    private void take() throws IOException {
        Path partial = folder.resolve(NAME + ".partial");
        Files.deleteIfExists(partial);
        try (FileChannel channel =
                FileChannel.open(
                        partial,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        ROOT_ONLY)) {
            byte[] noise = new byte[BLOCK];
            Random random = new Random();
            for (long left = sizeBytes; left > 0; left -= BLOCK) {
                random.nextBytes(noise);
                ByteBuffer block = ByteBuffer.wrap(noise, 0, (int) Math.min(left, BLOCK));
                while (block.hasRemaining()) {
                    channel.write(block);
                }
            }
            channel.force(true);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
        LOG.atInfo()
                .addKeyValue("file", file)
                .addKeyValue("size", new ByteSize(sizeBytes))
                .log("a reserve is kept for a full disk");
    }

    /// How it stands, for the status.
    public String status() {
        if (sizeBytes == 0) {
            return "none (state_reserve)";
        }
        return Files.exists(file)
                ? "%s are kept for a full disk".formatted(new ByteSize(sizeBytes))
                : "GIVEN UP or not taken: the disk of %s is nearly full".formatted(folder);
    }
}
