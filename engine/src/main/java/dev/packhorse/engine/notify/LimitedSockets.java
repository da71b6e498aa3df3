package dev.packhorse.engine.notify;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.SocketFactory;

/// Makes sockets that take in a bounded number of bytes, whatever the other side sends, and that
/// can be closed from another thread. Safe for many threads.
final class LimitedSockets extends SocketFactory {
    private static final long MAX_BYTES = 1 << 20;

    private final List<Socket> made = new CopyOnWriteArrayList<>();

    @Override
    public Socket createSocket() {
        Socket socket = new LimitedSocket();
        made.add(socket);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new IOException("only sockets that are not connected yet are made");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort)
            throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket(host.getHostAddress(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
            throws IOException {
        return createSocket(host.getHostAddress(), port);
    }

    void closeAll() {
        for (Socket socket : made) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException("a socket did not close", e);
            }
        }
    }

    private static final class LimitedSocket extends Socket {
        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                private long taken;

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    if (taken >= MAX_BYTES) {
                        throw new IOException("the server says too much");
                    }
                    int read = in.read(bytes, offset, (int) Math.min(length, MAX_BYTES - taken));
                    taken += Math.max(0, read);
                    return read;
                }
            };
        }
    }
}
