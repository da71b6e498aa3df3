package dev.packhorse.transport.sftp;

import com.jcraft.jsch.SocketFactory;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;

/// Makes the socket of one connection, and can close it under the library's hands, which ends every
/// wait at once where the library's own way to disconnect may wait itself.
final class OneSocket implements SocketFactory {
    private static final int BUFFER = 1 << 16;

    private final int connectMillis;
    private final Socket socket = new Socket();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean cutOff;

    OneSocket(int connectMillis) {
        this.connectMillis = connectMillis;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        socket.connect(new InetSocketAddress(host, port), connectMillis);
        return socket;
    }

    @Override
    public InputStream getInputStream(Socket made) throws IOException {
        return new BufferedInputStream(new Noting(made.getInputStream()), BUFFER);
    }

    @Override
    public OutputStream getOutputStream(Socket made) throws IOException {
        return made.getOutputStream();
    }

    /// Whether the peer hung up, or the line broke, before this side closed it.
    boolean isCutOff() {
        return cutOff;
    }

    /// Notes the end of what the peer sends: the library tells a line that breaks during the login
    /// as refused credentials.
    private final class Noting extends FilterInputStream {
        Noting(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = -1;
            try {
                count = super.read(target, offset, length);
                return count;
            } finally {
                cutOff |= count < 0 && !closed.get();
            }
        }
    }

    void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                socket.close();
            } catch (IOException _) {
                // It is gone either way; nothing depends on how it went.
                return;
            }
        }
    }
}
