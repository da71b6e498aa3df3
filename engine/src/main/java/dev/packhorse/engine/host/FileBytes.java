package dev.packhorse.engine.host;

import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The bytes of small files.
final class FileBytes {
    private static final int BLOCK = 1 << 16;

    private FileBytes() {}

    /// All of a file.
    ///
    /// @throws IOException if it has more bytes than that
    static byte[] readAll(String path, PosixFile file, long maxBytes) throws IOException {
        byte[] content = new byte[(int) Math.min(file.stat().sizeBytes() + 1, BLOCK)];
        int length = 0;
        while (true) {
            ByteBuffer target = ByteBuffer.wrap(content, length, content.length - length);
            int count = file.read(target);
            if (count < 0) {
                return Arrays.copyOf(content, length);
            }
            length += count;
            if (length > maxBytes) {
                throw new IOException(path + " has more than " + maxBytes + " bytes");
            }
            if (length == content.length) {
                content = Arrays.copyOf(content, length * 2);
            }
        }
    }

    /// The text of UTF-8 bytes.
    ///
    /// @throws HostFormatException with the line of the first byte that is wrong
    static String decode(String file, byte[] bytes) throws HostFormatException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
        } catch (CharacterCodingException e) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new HostFormatException(file, line, "not UTF-8 text", e);
        }
    }
}
