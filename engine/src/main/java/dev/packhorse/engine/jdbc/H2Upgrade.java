package dev.packhorse.engine.jdbc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import org.h2.jdbcx.JdbcDataSource;

/// Brings the tables of an H2 file up to date. H2 ends a transaction at each change of a table, so
/// a power cut or a kill in the middle of a migration would leave tables that no version knows. The
/// work is therefore done on a file of its own, which takes the store's name when it is whole.
final class H2Upgrade {
    private static final String SUFFIX = ".mv.db";
    private static final String UNDER_WAY = ".upgrade";

    private final JdbcDataSource source;
    private final Path file;

    /// @param source of connections to the file
    H2Upgrade(JdbcDataSource source, Path file) {
        this.source = source;
        this.file = file;
    }

    /// Connects, after the tables of a new store were made, or those of an older one changed. The
    /// lock of the state folder keeps other daemons away meanwhile.
    ///
    /// @throws StoreException if a migration fails; the file is as it was
    /// @throws SQLException if the file cannot be opened; it is as it was
    Connection connect() throws StoreException, SQLException, IOException {
        if (Files.exists(file)) {
            Connection connection = source.getConnection();
            if (isUpToDate(connection)) {
                return connection;
            }
            connection.close();
        }
        migrate();
        return source.getConnection();
    }

    private boolean isUpToDate(Connection connection) throws StoreException, SQLException {
        try {
            return Store.isUpToDate(source);
        } catch (StoreException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void migrate() throws StoreException, IOException {
        Path work = file.resolveSibling(renamed(name(file)));
        Files.deleteIfExists(work);
        boolean older = Files.exists(file);
        if (older) {
            copy(file, work);
        }
        JdbcDataSource onCopy = new JdbcDataSource();
        onCopy.setURL(renamedUrl());
        onCopy.setUser(source.getUser());
        onCopy.setPassword(source.getPassword());
        try {
            Store.migrate(onCopy);
        } catch (UnusableStoreException e) {
            throw e;
        } catch (StoreException e) {
            if (!older) {
                throw e;
            }
            // Tables that no version left so: the end of the file is missing.
            throw new UnusableStoreException(
                    e.getMessage() + "\n" + H2Recovery.advice(file, source.getUser()), e);
        }
        sync(work, StandardOpenOption.WRITE);
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rw-------"));
        Files.move(work, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(Objects.requireNonNull(file.getParent(), "absolute"), StandardOpenOption.READ);
    }

    private static String name(Path path) {
        return Objects.requireNonNull(path.getFileName(), "has a name").toString();
    }

    private static String renamed(String name) {
        return name.substring(0, name.length() - SUFFIX.length()) + UNDER_WAY + SUFFIX;
    }

    /// The URL holds the path without its suffix, up to the first setting.
    private String renamedUrl() {
        String url = source.getURL();
        int settings = url.indexOf(';');
        return url.substring(0, settings) + UNDER_WAY + url.substring(settings);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel out =
                        FileChannel.open(
                                to,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------")))) {
            long size = in.size();
            for (long done = 0; done < size; ) {
                done += in.transferTo(done, size - done, out);
            }
        }
    }

    private static void sync(Path path, StandardOpenOption access) throws IOException {
        try (FileChannel channel = FileChannel.open(path, access)) {
            channel.force(true);
        }
    }
}
