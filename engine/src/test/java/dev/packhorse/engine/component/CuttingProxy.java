package dev.packhorse.engine.component;

import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands before a server and counts what clients send, piece by piece, over all connections. From
/// a given piece on the server is gone: connections are cut, and new ones closed at once.
final class CuttingProxy implements AutoCloseable {
    private static final int BLOCK = 1 << 16;

    private final HostPort server;
    private final ServerSocket door;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile int limit = Integer.MAX_VALUE;

    CuttingProxy(HostPort server) throws IOException {
        this.server = server;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("cutting-proxy").start(this::accept);
    }

    HostPort address() {
        return new HostPort("127.0.0.1", door.getLocalPort());
    }

    /// Begins to count anew.
    ///
    /// @param request the one that does not reach the server any more
    void cutAt(int request) {
        requests.set(0);
        limit = request;
    }

    /// How many there were since.
    int requests() {
        return requests.get();
    }

    private void accept() {
        while (true) {
            try {
                Socket client = door.accept();
                if (requests.get() >= limit) {
                    client.close();
                    continue;
                }
                Socket real = new Socket(server.host(), server.port());
                open.add(client);
                open.add(real);
                start(() -> forward(client, real, true));
                start(() -> forward(real, client, false));
            } catch (IOException _) {
                // closed
                return;
            }
        }
    }

    private static void start(Runnable work) {
        Thread.ofPlatform().daemon().name("cutting-proxy").start(work);
    }

    private void forward(Socket from, Socket to, boolean counted) {
        byte[] block = new byte[BLOCK];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                if (counted && requests.incrementAndGet() >= limit) {
                    cutAll();
                    return;
                }
                out.write(block, 0, count);
            }
        } catch (IOException _) {
            // cut
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private void cutAll() throws IOException {
        for (Socket each : open) {
            each.close();
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        cutAll();
    }
}
