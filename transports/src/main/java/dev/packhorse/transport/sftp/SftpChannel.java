package dev.packhorse.transport.sftp;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// Requests and answers on one open channel. A request may be sent before the last one is answered;
/// answers may come in another order. One thread at a time.
final class SftpChannel {
    static final int INIT = 1;
    static final int VERSION = 2;
    static final int STATUS = 101;
    static final int HANDLE = 102;
    static final int DATA = 103;
    static final int NAME = 104;
    static final int ATTRS = 105;
    static final int EXTENDED_REPLY = 201;

    private static final int PROTOCOL = 3;

    /// OpenSSH sends up to 256 KiB.
    private static final int MOST_REPLY = 300 * 1024;

    private static final int MOST_EXTENSIONS = 256;

    private final Inbox inbox;
    private final OutputStream out;
    private final Map<String, String> extensions = new HashMap<>();
    private int lastId;
    private int open;

    SftpChannel(Inbox inbox, OutputStream out) {
        this.inbox = inbox;
        this.out = out;
    }

    /// Agrees on version 3 and learns the server's extensions.
    void greet() throws IOException {
        out.write(new byte[] {0, 0, 0, 5, INIT, 0, 0, 0, PROTOCOL});
        out.flush();
        ByteBuffer message = message();
        SftpReply reply = new SftpReply(message.get(), 0, message);
        int version = reply.readInt();
        if (reply.type() != VERSION || version < PROTOCOL) {
            throw new IOException("the server does not speak version 3 of SFTP");
        }
        for (int i = 0; message.hasRemaining() && i < MOST_EXTENSIONS; i++) {
            String name = reply.readText();
            extensions.put(name, reply.readText());
        }
    }

    /// Whether the server offers an extension in the version that we speak.
    boolean offers(String extension, String version) {
        return version.equals(extensions.get(extension));
    }

    /// Begins a request.
    SftpPacket request(int type, int room) {
        return new SftpPacket(type, ++lastId, room);
    }

    /// Sends a request; it may linger here until [#flush()].
    ///
    /// @return its id
    int send(SftpPacket packet) throws IOException {
        int id = lastId;
        packet.writeTo(out);
        open++;
        return id;
    }

    void flush() throws IOException {
        out.flush();
    }

    /// The next answer, to whichever request.
    SftpReply receive() throws IOException {
        ByteBuffer message = message();
        if (message.remaining() < 5) {
            throw new IOException("the server sent a message that is cut short");
        }
        SftpReply reply = new SftpReply(message.get() & 0xff, message.getInt(), message);
        open--;
        return reply;
    }

    /// Whether the next answer, or its beginning, has arrived.
    boolean isAnswerWaiting() {
        return inbox.isFilled();
    }

    private ByteBuffer message() throws IOException {
        byte[] head = new byte[4];
        inbox.readFully(head, 0, 4);
        int length = ByteBuffer.wrap(head).getInt();
        if (length < 1 || length > MOST_REPLY) {
            throw new IOException("the server sent a message of " + length + " bytes");
        }
        byte[] body = new byte[length];
        inbox.readFully(body, 0, length);
        return ByteBuffer.wrap(body);
    }

    /// Sends a request and takes its answer; no other may be open.
    SftpReply ask(SftpPacket packet) throws IOException {
        int id = send(packet);
        flush();
        SftpReply reply = receive();
        if (reply.id() != id) {
            throw new IOException("the server answered a request that was not made");
        }
        return reply;
    }

    /// How many requests have no answer yet.
    int unanswered() {
        return open;
    }

    /// Fails unless the answer is of the type wanted.
    ///
    /// @throws SftpStatus if the server refused
    static SftpReply expect(int type, SftpReply reply) throws IOException {
        if (reply.type() == type && type != STATUS) {
            return reply;
        }
        if (reply.type() != STATUS) {
            throw new IOException("the server sent an answer of type " + reply.type());
        }
        int code = reply.readInt();
        if (type == STATUS && code == SftpStatus.OK) {
            return reply;
        }
        throw new SftpStatus(code, code == SftpStatus.EOF ? "end of file" : textOf(reply));
    }

    /// Some servers leave the text out.
    private static String textOf(SftpReply reply) {
        try {
            return reply.readText();
        } catch (IOException _) {
            return "";
        }
    }
}
