package dev.packhorse.transport.local;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/// Gives regular files whose path is a key to the visitor; other names are not ours and are passed
/// over.
final class LocalListing extends SimpleFileVisitor<Path> {
    private final Path root;
    private final ObjectVisitor visitor;
    private final Cancellation cancellation;

    LocalListing(Path root, ObjectVisitor visitor, Cancellation cancellation) {
        this.root = root;
        this.visitor = visitor;
        this.cancellation = cancellation;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        cancellation.check();
        String name = String.valueOf(file.getFileName());
        if (!attributes.isRegularFile() || name.startsWith(LocalUpload.TEMPORARY)) {
            return FileVisitResult.CONTINUE;
        }
        ObjectKey key;
        try {
            key = new ObjectKey(root.relativize(file).toString());
        } catch (IllegalArgumentException _) {
            return FileVisitResult.CONTINUE;
        }
        return visitor.visit(LocalTransport.info(key, attributes))
                ? FileVisitResult.CONTINUE
                : FileVisitResult.TERMINATE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }
}
