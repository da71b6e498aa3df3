package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Keeps objects as files of a folder, just well enough to be checked, and can fail one operation.
public class FolderTransport implements Transport {
    private final Path folder;
    private final String broken;

    FolderTransport(Path folder, String broken) {
        this.folder = folder;
        this.broken = broken;
    }

    /// A host that stands for a folder of this machine, reached by any driver.
    public static final String HOST = "folder.example";

    /// The transport of a destination of type Local, or at [#HOST].
    public static Transport of(Path root, Destination destination) throws TransportException {
        if (destination.settings() instanceof DestinationSettings.Local local) {
            return new FolderTransport(root.resolve(local.path().substring(1)), "");
        }
        if (destination.settings() instanceof DestinationSettings.Remote remote
                && HOST.equals(remote.values().get("host"))) {
            return new FolderTransport(root.resolve(HOST), "");
        }
        throw new TransportException(TransportException.Kind.REFUSED, "no driver");
    }

    private void check(String operation) throws TransportException {
        if (operation.equals(broken)) {
            throw new TransportException(
                    TransportException.Kind.UNAVAILABLE, operation + " does not work");
        }
    }

    private static TransportException failure(IOException cause) {
        return new TransportException(TransportException.Kind.UNAVAILABLE, cause.toString(), cause);
    }

    @Override
    public TransportTraits traits() {
        return new TransportTraits(false, false, Resumption.NONE, OptionalLong.empty(), 1);
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException {
        check("put");
        Path file = folder.resolve(key.value());
        try (InputStream in = content.open()) {
            Files.createDirectories(file.getParent());
            Files.copy(in, file);
        } catch (IOException e) {
            throw failure(e);
        }
        return new ObjectInfo(key, content.sizeBytes(), Optional.empty());
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException {
        check("read");
        try (InputStream in = Files.newInputStream(folder.resolve(key.value()))) {
            if (broken.equals("bytes")) {
                in.skipNBytes(1);
            }
            return reader.read(in);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        check("stat");
        Path file = folder.resolve(key.value());
        try {
            return Files.exists(file)
                    ? Optional.of(new ObjectInfo(key, Files.size(file), Optional.empty()))
                    : Optional.empty();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException {
        check("list");
        try (Stream<Path> files = Files.walk(folder.resolve(prefix))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                ObjectKey key = new ObjectKey(folder.relativize(file).toString());
                if (broken.equals("listing")
                        || !visitor.visit(new ObjectInfo(key, 0, Optional.empty()))) {
                    return;
                }
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        check("delete");
        try {
            Files.deleteIfExists(folder.resolve(key.value()));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public Optional<Capacity> capacity() {
        return Optional.empty();
    }

    @Override
    public void close() throws TransportException {
        check("close");
    }
}
