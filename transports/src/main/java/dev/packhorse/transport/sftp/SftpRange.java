package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// A part of an open file. Requests run ahead of the reader, few at first and more as it goes on,
/// so that a short look costs little and a long read fills the line. A server may answer with fewer
/// bytes than asked for; the rest is asked for again. One thread.
final class SftpRange extends InputStream {
    private static final int READ = 5;
    private static final int BLOCK = 1 << 15;
    private static final int FIRST_AHEAD = 2;

    /// As much as the channel's window.
    private static final int MOST_AHEAD = SftpConnection.WINDOW / BLOCK;

    private final SftpConnection connection;
    private final byte[] handle;
    private final String operation;
    private final Cancellation cancellation;
    private final long end;
    private final Map<Integer, Piece> asked = new LinkedHashMap<>();
    private final Map<Long, ByteBuffer> arrived = new HashMap<>();
    private ByteBuffer current = ByteBuffer.allocate(0);
    private long position;
    private long next;
    private int ahead = FIRST_AHEAD;

    private record Piece(long offset, int length) {}

    /// @param end at most the file's size
    SftpRange(
            SftpConnection connection,
            byte[] handle,
            String operation,
            long offset,
            long end,
            Cancellation cancellation) {
        this.connection = connection;
        this.handle = handle;
        this.operation = operation;
        this.position = offset;
        this.next = offset;
        this.end = end;
        this.cancellation = cancellation;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        cancellation.check();
        if (length == 0) {
            return 0;
        }
        if (position >= end) {
            return -1;
        }
        if (!current.hasRemaining()) {
            current = fetch();
        }
        int count = Math.min(length, current.remaining());
        current.get(target, offset, count);
        position += count;
        return count;
    }

    private ByteBuffer fetch() throws IOException {
        ByteBuffer here = arrived.remove(position);
        if (here != null) {
            return here;
        }
        return connection.step(
                operation,
                cancellation,
                (_, watch) -> {
                    askAhead();
                    ByteBuffer found = arrived.remove(position);
                    while (found == null) {
                        receive();
                        watch.progressed(BLOCK);
                        found = arrived.remove(position);
                    }
                    takeWhatIsHere(watch);
                    return found;
                });
    }

    /// Further answers that wait already, so that not each of them costs a step of its own.
    private void takeWhatIsHere(CallWatch watch) throws IOException {
        while (!asked.isEmpty() && connection.channel().isAnswerWaiting()) {
            receive();
            watch.progressed(BLOCK);
        }
    }

    private void askAhead() throws IOException {
        if (asked.size() > ahead - ahead / 4) {
            return;
        }
        while (next < end && asked.size() < ahead) {
            int length = (int) Math.min(BLOCK, end - next);
            ask(new Piece(next, length));
            next += length;
        }
        connection.channel().flush();
        ahead = Math.min(MOST_AHEAD, 2 * ahead);
    }

    private void ask(Piece piece) throws IOException {
        SftpChannel channel = connection.channel();
        int id =
                channel.send(
                        channel.request(READ, handle.length + 16)
                                .putBytes(handle)
                                .putLong(piece.offset)
                                .putInt(piece.length));
        asked.put(id, piece);
    }

    private void receive() throws IOException {
        SftpReply reply = connection.channel().receive();
        Piece piece = asked.remove(reply.id());
        if (piece == null) {
            throw new IOException("the server answered a request that was not made");
        }
        ByteBuffer bytes = dataOf(reply);
        if (bytes.remaining() > piece.length) {
            throw new IOException("the server sent more than was asked for");
        }
        if (bytes.remaining() < piece.length) {
            ask(new Piece(piece.offset + bytes.remaining(), piece.length - bytes.remaining()));
            connection.channel().flush();
        }
        arrived.put(piece.offset, bytes);
    }

    private ByteBuffer dataOf(SftpReply reply) throws IOException {
        try {
            ByteBuffer bytes = SftpChannel.expect(SftpChannel.DATA, reply).readBytes();
            if (bytes.hasRemaining()) {
                return bytes;
            }
        } catch (SftpStatus e) {
            if (e.code() != SftpStatus.EOF) {
                throw e;
            }
        }
        throw new TransportException(
                Kind.CORRUPT, operation + ": the object ends before its own size");
    }

    /// Takes the answers that are still under way, so that the connection can be used again.
    void drain() throws IOException {
        connection.step(
                operation,
                cancellation,
                (_, watch) -> {
                    while (connection.channel().unanswered() > 0) {
                        connection.channel().receive();
                        watch.progressed(BLOCK);
                    }
                    return true;
                });
    }
}
