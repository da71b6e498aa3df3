package dev.packhorse.engine.notify;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Takes connections, reads one request of HTTP and answers as the test says.
final class RawServer implements AutoCloseable {
    final List<String> requests = new CopyOnWriteArrayList<>();
    private final ServerSocket listening;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final Answer answer;

    @FunctionalInterface
    interface Answer {
        void write(OutputStream out) throws IOException;
    }

    RawServer(ServerSocket listening, Answer answer) {
        this.listening = listening;
        this.answer = answer;
        Thread.ofPlatform().daemon().start(this::accept);
    }

    static RawServer answering(Answer answer) throws IOException {
        return new RawServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), answer);
    }

    static RawServer answering(String text) throws IOException {
        return answering(out -> out.write(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return;
                }
                head.append((char) next);
            }
            int length =
                    head.toString()
                            .lines()
                            .filter(line -> line.startsWith("Content-Length: "))
                            .mapToInt(line -> Integer.parseInt(line.substring(16)))
                            .findFirst()
                            .orElse(0);
            requests.add(head + new String(in.readNBytes(length), StandardCharsets.UTF_8));
            answer.write(socket.getOutputStream());
            socket.getOutputStream().flush();
        } catch (IOException _) {
            // The client hung up, which is what some tests are about.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
