package dev.packhorse.engine.rootfile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Folders that outlive a power cut. A new folder is a name in the folder above it: what is synced
/// within it is lost with it until that one is synced, too. Thread-safe.
public final class DurableFolder {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /// What Java says of EINVAL, ENOSYS and ENOTSUP, whose numbers it does not tell.
    private static final Set<String> NO_SUCH_CALL =
            Set.of("Invalid argument", "Function not implemented", "Operation not supported");

    private static final Logger LOG = LoggerFactory.getLogger(DurableFolder.class);
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private DurableFolder() {}

    /// Makes a folder and those above it, as far as they are missing, with mode 0700. When it
    /// returns, they are on stable storage. Links on the way are followed.
    ///
    /// @return the folder
    /// @throws IOException if one cannot be made, or something else has its name
    public static Path make(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path above = folder.toAbsolutePath().getParent();
        if (above == null) {
            throw new IllegalArgumentException("no folder can be made here: " + folder);
        }
        make(above);
        try {
            Files.createDirectory(folder, PRIVATE);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        sync(above);
        return folder;
    }

    /// Takes the names in a folder to stable storage. Some network file systems have no call for
    /// that (CIFS on older kernels): then there is nothing to wait for, which is told once.
    ///
    /// @throws IOException if they cannot be taken there
    public static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            force(channel, folder);
        }
    }

    private static void force(FileChannel channel, Path folder) throws IOException {
        try {
            channel.force(true);
        } catch (IOException e) {
            if (!NO_SUCH_CALL.contains(e.getMessage())) {
                throw e;
            }
            if (TOLD.add(Files.getFileStore(folder).name())) {
                LOG.atWarn()
                        .addKeyValue("folder", folder)
                        .log(
                                "this file system does not tell when names are on the disk: a power"
                                        + " cut of the server behind it can lose what was written"
                                        + " last");
            }
        }
    }
}
