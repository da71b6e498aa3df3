package dev.packhorse.transport.ftp;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketImpl;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/// Makes the sockets of one FTP connection, so that all of them can be closed at once from another
/// thread, everything that moves is reported, and the control connection cannot be flooded.
final class FtpSockets extends SocketFactory {
    /// No honest server sends so much without being asked in between.
    private static final long CONTROL_LIMIT = 1 << 20;

    private final int controlPort;
    private final List<AutoCloseable> open = new ArrayList<>();
    private boolean closed;
    private boolean controlMade;
    private volatile LongConsumer progress = _ -> {};
    private volatile long unasked;

    FtpSockets(int controlPort) {
        this.controlPort = controlPort;
    }

    /// Whom to tell of bytes that moved.
    void report(LongConsumer receiver) {
        progress = receiver;
    }

    void progressed() {
        progress.accept(0);
    }

    /// Closes what is open, and whatever would be opened later.
    void closeAll() {
        List<AutoCloseable> due;
        synchronized (open) {
            closed = true;
            due = List.copyOf(open);
            open.clear();
        }
        for (AutoCloseable socket : due) {
            try {
                socket.close();
            } catch (Exception _) {
                // A socket that cannot be closed is closed already: nothing depends on it any more.
            }
        }
    }

    private <S extends AutoCloseable> S track(S socket) throws IOException {
        synchronized (open) {
            if (!closed) {
                open.removeIf(FtpSockets::isClosed);
                open.add(socket);
                return socket;
            }
        }
        closeAll();
        throw new IOException("the connection was closed");
    }

    private static boolean isClosed(AutoCloseable socket) {
        return switch (socket) {
            case Socket client -> client.isClosed();
            case ServerSocket server -> server.isClosed();
            default -> false;
        };
    }

    /// The first is the control connection, all others carry data.
    @Override
    public Socket createSocket() throws IOException {
        if (controlMade) {
            return track(new DataSocket());
        }
        controlMade = true;
        return track(new ControlSocket());
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new IllegalStateException("sockets are made first and connected then");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        return createSocket(host.getHostAddress(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        return createSocket(host.getHostAddress(), port);
    }

    /// Where the server connects to in active mode.
    ServerSocketFactory listeners() {
        return new Listeners();
    }

    private final class Listeners extends ServerSocketFactory {
        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return createServerSocket(port, 1);
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return track(new Listener(port, backlog, null));
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
                throws IOException {
            return track(new Listener(port, backlog, address));
        }
    }

    private final class Listener extends ServerSocket {
        Listener(int port, int backlog, @Nullable InetAddress address) throws IOException {
            super(port, backlog, address);
        }

        @Override
        public Socket accept() throws IOException {
            Socket socket = new DataSocket(null);
            implAccept(socket);
            return track(socket);
        }
    }

    private final class ControlSocket extends Socket {
        @Override
        public InputStream getInputStream() throws IOException {
            return new Incoming(super.getInputStream(), true);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new Outgoing(super.getOutputStream());
        }
    }

    /// Gives the control connection's port as its peer's. The JDK looks TLS sessions up by host and
    /// port, and servers demand the control connection's session on every data connection.
    private final class DataSocket extends Socket {
        DataSocket() {}

        DataSocket(@Nullable SocketImpl unconnected) throws IOException {
            super(unconnected);
        }

        @Override
        public int getPort() {
            return super.getPort() == 0 ? 0 : controlPort;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new Incoming(super.getInputStream(), false);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new Outgoing(super.getOutputStream());
        }
    }

    private final class Incoming extends FilterInputStream {
        private final boolean control;

        Incoming(InputStream in, boolean control) {
            super(in);
            this.control = control;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            if (count > 0) {
                progress.accept(count);
                if (control) {
                    count(count);
                }
            }
            return count;
        }

        private void count(int count) throws IOException {
            long sum = unasked + count;
            unasked = sum;
            if (sum > CONTROL_LIMIT) {
                throw new IOException("the server's answer is longer than " + CONTROL_LIMIT);
            }
        }
    }

    private final class Outgoing extends FilterOutputStream {
        Outgoing(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            unasked = 0;
            progress.accept(length);
        }
    }
}
