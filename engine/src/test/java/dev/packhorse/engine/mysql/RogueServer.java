package dev.packhorse.engine.mysql;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A database server that asks the client for one of its files: a real one stands behind, and one
/// statement is answered by the protocol's request for a local file.
///
/// Source: MariaDB, "LOCAL_INFILE packet".
final class RogueServer implements AutoCloseable {
    private static final int QUERY = 3;
    private static final int LOCAL_FILE = 0xfb;

    /// What clients sent after they were asked.
    final List<String> sent = new CopyOnWriteArrayList<>();

    private final Path socket;
    private final Path behind;
    private final String statement;
    private final Path wanted;
    private final ServerSocketChannel listening;
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();

    /// @param socket where it listens
    /// @param behind the socket of the real server
    /// @param statement a part of the statement that is answered so
    /// @param wanted the file that it asks for
    RogueServer(Path socket, Path behind, String statement, Path wanted) throws IOException {
        this.socket = socket;
        this.behind = behind;
        this.statement = statement;
        this.wanted = wanted;
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().start(this::accept);
    }

    Path socket() {
        return socket;
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                SocketChannel client = listening.accept();
                SocketChannel server = SocketChannel.open(UnixDomainSocketAddress.of(behind));
                open.addAll(List.of(client, server));
                Thread.ofPlatform().daemon().start(() -> copy(server, client));
                Thread.ofPlatform().daemon().start(() -> listen(client, server));
            } catch (IOException _) {
                return;
            }
        }
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        try (from;
                to) {
            Channels.newInputStream(from).transferTo(Channels.newOutputStream(to));
        } catch (IOException _) {
            // One of the two has gone, which ends both.
            return;
        }
    }

    private void listen(SocketChannel client, SocketChannel server) {
        try (client;
                server) {
            DataInputStream in = new DataInputStream(Channels.newInputStream(client));
            OutputStream out = Channels.newOutputStream(server);
            byte[] packet = packet(in);
            while (!isAskedFor(packet)) {
                out.write(packet);
                packet = packet(in);
            }
            OutputStream answer = Channels.newOutputStream(client);
            byte[] name = wanted.toString().getBytes(StandardCharsets.UTF_8);
            answer.write(new byte[] {(byte) (name.length + 1), 0, 0, 1, (byte) LOCAL_FILE});
            answer.write(name);
            sent.add(answerOf(in));
        } catch (IOException _) {
            // The client has hung up.
            return;
        }
    }

    /// Until an empty packet ends the file, or the client has enough.
    private static String answerOf(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] header = in.readNBytes(4);
        while (header.length == 4 && length(header) > 0) {
            all.write(in.readNBytes(length(header)));
            header = in.readNBytes(4);
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static int length(byte[] header) {
        return (header[0] & 0xff) | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16;
    }

    private static byte[] packet(DataInputStream in) throws IOException {
        byte[] header = new byte[4];
        in.readFully(header);
        byte[] whole = new byte[4 + length(header)];
        System.arraycopy(header, 0, whole, 0, 4);
        in.readFully(whole, 4, whole.length - 4);
        return whole;
    }

    private boolean isAskedFor(byte[] packet) {
        return packet.length > 4
                && packet[4] == QUERY
                && new String(packet, StandardCharsets.UTF_8).contains(statement);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (SocketChannel each : open) {
            each.close();
        }
    }
}
