package dev.packhorse.engine.mysql;

import dev.packhorse.engine.process.ChildOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Writes a dump as it comes from the dump program, without the sandbox line that newer MariaDB
/// programs put first: older clients and MySQL's stop at it.
final class DumpFile implements ChildOutput, AutoCloseable {
    private final FileChannel channel;
    private boolean begun;

    private DumpFile(FileChannel channel) {
        this.channel = channel;
    }

    /// Makes the file, readable for its owner alone; it must not exist.
    static DumpFile create(Path file) throws IOException {
        return new DumpFile(
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------"))));
    }

    @Override
    public void accept(byte[] bytes, int offset, int length) throws IOException {
        int skipped = begun ? 0 : sandboxLine(bytes, offset, length);
        begun = true;
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset + skipped, length - skipped);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /// The programs write at least their whole header at once.
    private static int sandboxLine(byte[] bytes, int offset, int length) {
        int shown = Math.min(length, 200);
        String begin = new String(bytes, offset, shown, StandardCharsets.ISO_8859_1);
        int end = begin.indexOf('\n');
        boolean sandbox = begin.startsWith("/*!999999\\-") || begin.startsWith("/*M!999999\\-");
        return sandbox && end >= 0 ? end + 1 : 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
