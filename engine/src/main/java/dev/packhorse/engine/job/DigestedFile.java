package dev.packhorse.engine.job;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/// A new file of root's whose MD5 digest is known when it is written. The digest is there because
/// the tools that fetch such archives ask for it, not as a proof of anything. One thread.
final class DigestedFile implements WritableByteChannel {
    private final Path path;
    private final FileChannel file;
    private final MessageDigest digest = md5();
    private long size;

    private DigestedFile(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    /// Makes the file, which must not exist.
    static DigestedFile create(Path path) throws IOException {
        return new DigestedFile(
                path,
                FileChannel.open(
                        path,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        BackupDirectory.FILE_MODE));
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        ByteBuffer view = source.duplicate();
        int written = file.write(source);
        view.limit(view.position() + written);
        digest.update(view);
        size += written;
        return written;
    }

    long size() {
        return size;
    }

    /// Syncs and closes the file.
    ///
    /// @param published the path that it is going to have
    Delivery.Delivered seal(Path published) throws IOException {
        file.force(true);
        file.close();
        return new Delivery.Delivered(published, size, HexFormat.of().formatHex(digest.digest()));
    }

    Path path() {
        return path;
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
