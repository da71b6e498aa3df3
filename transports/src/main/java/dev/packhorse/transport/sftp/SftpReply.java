package dev.packhorse.transport.sftp;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// An answer being read. Whatever the server wrote, no field reaches past the answer's end.
final class SftpReply {
    private final int type;
    private final int id;
    private final ByteBuffer body;

    SftpReply(int type, int id, ByteBuffer body) {
        this.type = type;
        this.id = id;
        this.body = body;
    }

    int type() {
        return type;
    }

    int id() {
        return id;
    }

    int readInt() throws IOException {
        try {
            return body.getInt();
        } catch (BufferUnderflowException e) {
            throw cutShort(e);
        }
    }

    long readLong() throws IOException {
        try {
            return body.getLong();
        } catch (BufferUnderflowException e) {
            throw cutShort(e);
        }
    }

    String readText() throws IOException {
        ByteBuffer text = readBytes();
        return StandardCharsets.UTF_8.decode(text).toString();
    }

    /// A view of the next field of bytes.
    ByteBuffer readBytes() throws IOException {
        int length = readInt();
        if (length < 0 || length > body.remaining()) {
            throw new IOException("the server sent a field that reaches past its message");
        }
        ByteBuffer field = body.slice(body.position(), length);
        body.position(body.position() + length);
        return field;
    }

    private static IOException cutShort(BufferUnderflowException cause) {
        return new IOException("the server sent a message that is cut short", cause);
    }
}
