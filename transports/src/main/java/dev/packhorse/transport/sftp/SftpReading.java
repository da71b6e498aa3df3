package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;

/// Reads files over one connection.
final class SftpReading {
    private final SftpConnection connection;
    private final String operation;
    private final Cancellation cancellation;

    SftpReading(SftpConnection connection, String operation, Cancellation cancellation) {
        this.connection = connection;
        this.operation = operation;
        this.cancellation = cancellation;
    }

    /// SHA-256 of a whole file, lower-case hex.
    String digest(String path) throws IOException {
        return read(path, ByteRange.ALL, Sha256::of);
    }

    <R> R read(String path, ByteRange range, ContentReader<R> reader) throws IOException {
        byte[] handle = connection.step(operation, cancellation, (files, _) -> open(files, path));
        SftpAttributes file =
                connection.step(operation, cancellation, (files, _) -> files.fstat(handle));
        long size = file.size().orElse(0);
        if (!range.isAll() && range.offset() >= size) {
            close(handle);
            throw new TransportException(
                    Kind.RANGE,
                    operation + ": offset " + range.offset() + " is past the end at " + size);
        }
        long end = range.offset() + Math.min(range.length(), size - range.offset());
        SftpRange bytes =
                new SftpRange(connection, handle, operation, range.offset(), end, cancellation);
        R result = reader.read(bytes);
        bytes.drain();
        close(handle);
        return result;
    }

    private static byte[] open(SftpFiles files, String path) throws IOException {
        if (!files.lstat(path).map(SftpAttributes::isFile).orElse(false)) {
            throw new SftpStatus(SftpStatus.NO_SUCH_FILE, "no such object");
        }
        return files.open(path, SftpFiles.READ);
    }

    private void close(byte[] handle) throws IOException {
        connection.step(
                operation,
                cancellation,
                (files, _) -> {
                    files.close(handle);
                    return true;
                });
    }
}
