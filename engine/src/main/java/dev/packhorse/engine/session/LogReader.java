package dev.packhorse.engine.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;

/// Reads parts of a log, cut at line ends, while others append to it.
final class LogReader {
    static final int MAX_BYTES = 1 << 20;

    private LogReader() {}

    static LogPage from(Path file, long offset) throws IOException {
        try (FileChannel channel = open(file)) {
            long size = channel.size();
            long start = Math.clamp(offset, 0, size);
            byte[] bytes = read(channel, start);
            return page(bytes, 0, start, size);
        }
    }

    /// Begins with the first line that starts within the last [#MAX_BYTES].
    static LogPage end(Path file) throws IOException {
        try (FileChannel channel = open(file)) {
            long size = channel.size();
            long start = Math.max(0, size - MAX_BYTES);
            byte[] bytes = read(channel, start);
            int first = start == 0 ? 0 : indexOf(bytes, '\n') + 1;
            return page(bytes, first, start, size);
        }
    }

    static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    private static LogPage page(byte[] bytes, int first, long start, long size) {
        int end = bytes.length;
        while (end > first && bytes[end - 1] != '\n') {
            end--;
        }
        String text = new String(bytes, first, end - first, StandardCharsets.UTF_8);
        return new LogPage(text, start + first, start + end, size);
    }

    private static int indexOf(byte[] bytes, char wanted) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static byte[] read(FileChannel channel, long start) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(MAX_BYTES, channel.size() - start));
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, start + buffer.position());
            if (count < 0) {
                break;
            }
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
