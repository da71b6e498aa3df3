package dev.packhorse.transport.rsync;

import dev.packhorse.transport.child.ChildResult;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancellableRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Fetches an object into an empty private folder, where nothing but this one file may appear, and
/// reads it there.
final class RsyncDownload {
    private final RsyncRunner runner;
    private final ObjectKey key;
    private final String operation;
    private final Cancellation cancellation;

    RsyncDownload(RsyncRunner runner, ObjectKey key, Cancellation cancellation) {
        this.runner = runner;
        this.key = key;
        this.operation = "read " + key;
        this.cancellation = cancellation;
    }

    <R> R run(ByteRange range, ContentReader<R> reader) throws IOException {
        try (PrivateFolder folder = new PrivateFolder(runner.settings().work())) {
            Path file = fetch(folder.path());
            long size = Files.size(file);
            if (!range.isAll() && range.offset() >= size) {
                throw failure(
                        Kind.RANGE, "offset " + range.offset() + " is past the end at " + size);
            }
            try (InputStream in = Files.newInputStream(file)) {
                in.skipNBytes(range.offset());
                return reader.read(new CancellableRange(in, range.length(), cancellation));
            }
        }
    }

    private Path fetch(Path folder) throws IOException {
        RsyncSettings settings = runner.settings();
        ChildResult result =
                runner.tryIt(
                        operation,
                        List.of(
                                "--info=progress2,name0",
                                "--no-h",
                                "--whole-file",
                                "--chmod=F600",
                                "--max-size=" + settings.work().mostBytes(),
                                settings.remote(key.value()),
                                folder + "/"),
                        settings.answering(),
                        TransferProgress::new,
                        cancellation);
        if (RsyncErrors.isAbsent(result) || RsyncErrors.isBelowAFile(result)) {
            throw failure(Kind.MISSING, "no such object");
        }
        if (result.exitCode() != 0) {
            throw runner.errors().of(operation, result);
        }
        return only(folder);
    }

    /// Rsync tells a folder, a link or a file that is too large by leaving it out.
    private Path only(Path folder) throws IOException {
        Path file = folder.resolve(key.name());
        List<Path> arrived;
        try (Stream<Path> files = Files.list(folder)) {
            arrived = files.limit(2).toList();
        }
        if (arrived.isEmpty()) {
            throw notSent();
        }
        if (!arrived.equals(List.of(file))
                || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw failure(Kind.CORRUPT, "the server sent something else");
        }
        return file;
    }

    private TransportException notSent() throws IOException {
        boolean isThere =
                new RemoteEntries(runner)
                        .find(operation, key, cancellation)
                        .filter(entry -> entry.kind() == ListedEntry.Kind.FILE)
                        .isPresent();
        return isThere ? noRoomHere() : failure(Kind.MISSING, "no such object");
    }

    private TransportException noRoomHere() {
        String reason = "this server has no room for it";
        return new TransportException(
                Kind.FULL,
                operation + ": " + reason,
                new OwnSideException(new IOException(reason)));
    }

    private TransportException failure(Kind kind, String reason) {
        return new TransportException(kind, operation + ": " + reason);
    }
}
