package dev.packhorse.engine.jdbc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/// Writes a copy of an H2 store as a gzipped SQL script beside it, for the day on which the store's
/// file cannot be read. A shared store is the database administrator's to copy.
///
/// The copy is put back with H2's own tool, into a store that does not exist yet: `java -cp h2.jar
/// org.h2.tools.RunScript -url jdbc:h2:file:/path/queue -user packhorse -script
/// packhorse-copy.sql.gz -options compression gzip`.
public final class StoreCopy {
    /// The copy's name in the folder.
    public static final String FILE_NAME = "packhorse-copy.sql.gz";

    private static final String SCRATCH = ".packhorse-copy-";

    private final Store store;
    private final Path folder;

    /// A copy of the store in a folder.
    ///
    /// @param folder where the copy goes; only root may write there
    public StoreCopy(Store store, Path folder) {
        if (store.isShared()) {
            throw new IllegalArgumentException("a shared store is not copied by a daemon");
        }
        this.store = store;
        this.folder = folder;
    }

    /// Replaces the copy by a new one, which is whole and on the disk before it takes the name.
    ///
    /// @return the copy
    /// @throws StoreException if it could not be written; the copy before it is as it was
    public Path write() throws StoreException {
        try {
            removeScratch();
            Path scratch = Files.createTempDirectory(folder, SCRATCH);
            Path script = scratch.resolve(FILE_NAME);
            writeScript(script);
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-------"));
            sync(script, StandardOpenOption.WRITE);
            Path copy = folder.resolve(FILE_NAME);
            Files.move(script, copy, StandardCopyOption.ATOMIC_MOVE);
            sync(folder, StandardOpenOption.READ);
            Files.delete(scratch);
            return copy;
        } catch (IOException | SQLException e) {
            throw new StoreException(
                    "the copy of the store in " + folder + " was not written: " + e.getMessage(),
                    e);
        }
    }

    private void writeScript(Path script) throws SQLException {
        try (Connection connection = store.connection()) {
            try (PreparedStatement statement =
                    connection.prepareStatement("SCRIPT DROP TO ? COMPRESSION GZIP")) {
                statement.setString(1, script.toString());
                statement.execute();
            } finally {
                connection.rollback();
            }
        }
    }

    private static void sync(Path path, StandardOpenOption access) throws IOException {
        try (FileChannel channel = FileChannel.open(path, access)) {
            channel.force(true);
        }
    }

    /// What a copy that was cut off has left.
    private void removeScratch() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, SCRATCH + "*")) {
            for (Path scratch : left) {
                Files.deleteIfExists(scratch.resolve(FILE_NAME));
                Files.delete(scratch);
            }
        }
    }
}
