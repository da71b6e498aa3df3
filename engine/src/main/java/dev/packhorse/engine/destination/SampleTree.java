package dev.packhorse.engine.destination;

import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.TreeContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// A tree with one small file, in a private folder; gone when closed.
///
/// @param folder that of the tree
record SampleTree(Path folder) implements TreeContent, AutoCloseable {
    private static final byte[] TEXT =
            "packhorse stored this to see whether it can\n".getBytes(StandardCharsets.US_ASCII);

    /// Whose the file is where this process is root's, so that there is something that only root
    /// may set.
    private static final int OTHER_USER = 1;

    /// Makes it.
    ///
    /// @param above an existing folder
    /// @throws OwnSideException if it cannot be made
    static SampleTree make(Path above) throws OwnSideException {
        try {
            return make(
                    new SampleTree(
                            Files.createTempDirectory(
                                    above,
                                    "packhorse-validate",
                                    PosixFilePermissions.asFileAttribute(
                                            PosixFilePermissions.fromString("rwx------")))));
        } catch (IOException e) {
            throw new OwnSideException(
                    new IOException("this server cannot make it: " + e.getMessage(), e));
        }
    }

    private static SampleTree make(SampleTree tree) throws IOException {
        boolean whole = false;
        try {
            Files.write(tree.file(), TEXT);
            if (Identity.ofProcess().isRoot()) {
                Files.setAttribute(tree.file(), "unix:uid", OTHER_USER);
            }
            whole = true;
            return tree;
        } finally {
            if (!whole) {
                tree.close();
            }
        }
    }

    private Path file() {
        return folder.resolve("sample");
    }

    @Override
    public long sizeBytes() {
        return TEXT.length;
    }

    @Override
    public String sha256() {
        try {
            return Sha256.of(new ByteArrayInputStream(TEXT));
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        }
    }

    @Override
    public List<ObjectKey> earlier() {
        return List.of();
    }

    /// Nobody else can change it.
    @Override
    public void proveUnchanged(Cancellation cancellation) {}

    @Override
    public void close() throws OwnSideException {
        try {
            Files.deleteIfExists(file());
            Files.delete(folder);
        } catch (IOException e) {
            throw new OwnSideException(e);
        }
    }
}
