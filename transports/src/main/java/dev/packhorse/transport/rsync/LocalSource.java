package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CheckedContent;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A content as rsync can read it: a private folder in which the object's path leads to a file. The
/// file is the content's own, by a link, where it has one; else a copy. Its bytes were checked
/// against the declared digest before anything is sent, and [#proveUnchanged] tells whether they
/// still are the same.
final class LocalSource implements AutoCloseable {
    private static final String FACTS = "unix:dev,ino,size,lastModifiedTime,ctime,isRegularFile";

    private final WorkPlace work;
    private final PrivateFolder folder;
    private final ObjectKey key;
    private Path file;
    private Map<String, Object> facts = Map.of();

    private LocalSource(ObjectKey key, WorkPlace work) throws IOException {
        this.key = key;
        this.work = work;
        this.folder = new PrivateFolder(work);
        this.file = folder.path();
    }

    /// @param work for a copy, where the content has no file
    static LocalSource of(ObjectKey key, Content content, WorkPlace work, Cancellation cancellation)
            throws IOException {
        LocalSource source = new LocalSource(key, work);
        try {
            source.prepare(content, cancellation);
            return source;
        } catch (IOException e) {
            source.close();
            throw e;
        }
    }

    private void prepare(Content content, Cancellation cancellation) throws IOException {
        Path place = folder.path().resolve(key.value());
        Files.createDirectories(place.getParent());
        Optional<Path> own = content.localFile();
        boolean slow = own.isPresent() && content.bytesPerSecond() < Long.MAX_VALUE;
        Content bytes = slow ? new Bytes(content, own.get()) : content;
        if (own.isPresent()) {
            content.sent(0);
        }
        try (CheckedContent source = new CheckedContent(key, bytes, cancellation)) {
            if (own.isPresent()) {
                file = own.get();
                facts = factsOf(file);
                Files.createSymbolicLink(place, file);
                source.transferTo(OutputStream.nullOutputStream());
            } else {
                work.requireRoom(content.sizeBytes());
                file = place;
                try (OutputStream out = Files.newOutputStream(place)) {
                    source.transferTo(out);
                }
                facts = factsOf(file);
            }
        }
        proveUnchanged();
    }

    /// The file past a limit of speed: what is read for the digest is not sent.
    private record Bytes(Content content, Path file) implements Content {
        @Override
        public long sizeBytes() {
            return content.sizeBytes();
        }

        @Override
        public String sha256() {
            return content.sha256();
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }

    private static Map<String, Object> factsOf(Path file) throws SourceException {
        try {
            return Files.readAttributes(file, FACTS, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new SourceException(e);
        }
    }

    /// The argument for rsync's option `--relative`: the object's path begins after the dot.
    String argument() {
        return folder.path() + "/./" + key.value();
    }

    /// @throws TransportException `CORRUPT` if the file is another or was written since it was read
    void proveUnchanged() throws IOException {
        if (!Boolean.TRUE.equals(facts.get("isRegularFile")) || !factsOf(file).equals(facts)) {
            throw new TransportException(
                    Kind.CORRUPT, "put " + key + ": the source changed while it was sent");
        }
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }
}
