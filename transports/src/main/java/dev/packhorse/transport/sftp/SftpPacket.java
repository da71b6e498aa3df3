package dev.packhorse.transport.sftp;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A request being written.
final class SftpPacket {
    private final byte[] array;
    private final ByteBuffer bytes;

    /// @param type an `SSH_FXP_` number
    /// @param room bytes for all that follows the request id
    SftpPacket(int type, int id, int room) {
        array = new byte[room + 9];
        bytes = ByteBuffer.wrap(array).putInt(0).put((byte) type).putInt(id);
    }

    SftpPacket putInt(int value) {
        bytes.putInt(value);
        return this;
    }

    SftpPacket putLong(long value) {
        bytes.putLong(value);
        return this;
    }

    SftpPacket putText(String text) {
        return putBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    SftpPacket putBytes(byte[] value) {
        return putBytes(value, 0, value.length);
    }

    SftpPacket putBytes(byte[] value, int offset, int length) {
        bytes.putInt(length).put(value, offset, length);
        return this;
    }

    /// Writes the request with its length in front.
    void writeTo(OutputStream out) throws IOException {
        bytes.putInt(0, bytes.position() - 4);
        out.write(array, 0, bytes.position());
    }
}
