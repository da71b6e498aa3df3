package dev.packhorse.transport.fault;

import dev.packhorse.transport.fault.Fault.Direction;
import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Stands between a driver and a real server on loopback, and breaks what it is told to. Counts the
/// bytes it passes on.
public final class FaultProxy implements AutoCloseable {
    private static final int BLOCK = 8 * 1024;

    private final HostPort server;
    private final ServerSocket listener;
    private final List<ServerSocket> further = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Plan plan = new Plan(new Fault.None());

    private FaultProxy(HostPort server, ServerSocket listener) {
        this.server = server;
        this.listener = listener;
    }

    /// Changes what the server says, for protocols that name ports.
    @FunctionalInterface
    public interface Translation {
        /// The block to pass on instead; may ask the proxy for further ports.
        byte[] translate(byte[] block, FaultProxy proxy) throws IOException;
    }

    /// Starts one that passes everything on.
    public static FaultProxy before(HostPort server) throws IOException {
        return before(server, (block, _) -> block);
    }

    /// Starts one that changes what the server says.
    public static FaultProxy before(HostPort server, Translation translation) throws IOException {
        ServerSocket listener = listener();
        FaultProxy proxy = new FaultProxy(server, listener);
        Thread.ofVirtual()
                .name("fault-proxy")
                .start(() -> proxy.accept(listener, server, translation));
        return proxy;
    }

    private static ServerSocket listener() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /// Stands before another port of the same server, too, under the same faults.
    ///
    /// @return the port here
    public int alsoBefore(int serverPort) throws IOException {
        ServerSocket another = listener();
        further.add(another);
        HostPort place = new HostPort(server.host(), serverPort);
        Thread.ofVirtual().start(() -> accept(another, place, (block, _) -> block));
        return another.getLocalPort();
    }

    public HostPort address() {
        return new HostPort("127.0.0.1", listener.getLocalPort());
    }

    /// Begins a fault, and to count anew; connections that are open stay.
    public void set(Fault fault) {
        plan = new Plan(fault);
    }

    /// How many bytes went in a direction since the fault was set.
    public long passed(Direction direction) {
        return plan.counter(direction).get();
    }

    /// How many connections were made, ever.
    public int connections() {
        return connections.get();
    }

    /// Hangs up on everybody; the proxy goes on.
    public void cutAll() {
        open.forEach(FaultProxy::cut);
    }

    private void accept(ServerSocket door, HostPort place, Translation words) {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(client, place, words));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(Socket client, HostPort place, Translation words) {
        open.add(client);
        if (plan.fault instanceof Fault.Refuse || plan.isCutFromNowOn()) {
            cut(client);
            return;
        }
        try {
            Socket upstream = new Socket();
            open.add(upstream);
            upstream.connect(new InetSocketAddress(place.host(), place.port()), 5_000);
            Thread up =
                    Thread.ofVirtual()
                            .start(() ->
                                    pass(
                                            client,
                                            upstream,
                                            Direction.TO_SERVER,
                                            (block, _) -> block));
            pass(upstream, client, Direction.TO_CLIENT, words);
            up.join();
        } catch (IOException | InterruptedException _) {
            cut(client);
        }
    }

    private void pass(Socket from, Socket to, Direction direction, Translation words) {
        byte[] block = new byte[BLOCK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                byte[] said = words.translate(Arrays.copyOf(block, count), this);
                if (!passBlock(out, said, said.length, direction)) {
                    cutAll();
                    return;
                }
            }
            to.shutdownOutput();
        } catch (IOException _) {
            cut(from);
            cut(to);
        }
    }

    /// @return false when everything is to be cut now
    private boolean passBlock(OutputStream out, byte[] block, int count, Direction direction)
            throws IOException {
        Plan now = plan;
        long allowed = now.allowed(direction, count);
        out.write(block, 0, (int) allowed);
        out.flush();
        now.counter(direction).addAndGet(allowed);
        if (now.fault instanceof Fault.Slow slow) {
            LockSupport.parkNanos(slow.millisPerBlock() * 1_000_000L);
        }
        if (allowed == count) {
            return true;
        }
        if (now.fault instanceof Fault.Hang) {
            while (plan == now && !listener.isClosed()) {
                LockSupport.parkNanos(10_000_000);
            }
        }
        now.cut.set(true);
        return false;
    }

    private static void cut(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException _) {
            // It is closed already.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (ServerSocket another : further) {
                another.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cutAll();
    }

    private static final class Plan {
        private final Fault fault;
        private final AtomicLong toServer = new AtomicLong();
        private final AtomicLong toClient = new AtomicLong();
        private final AtomicBoolean cut = new AtomicBoolean();

        Plan(Fault fault) {
            this.fault = fault;
        }

        AtomicLong counter(Direction direction) {
            return direction == Direction.TO_SERVER ? toServer : toClient;
        }

        boolean isCutFromNowOn() {
            return fault instanceof Fault.Cut && cut.get();
        }

        /// How many bytes of a block may pass before the fault strikes.
        long allowed(Direction direction, int count) {
            return switch (fault) {
                case Fault.Cut(var where, var after) -> allowed(direction, where, after, count);
                case Fault.Hang(var where, var after) -> allowed(direction, where, after, count);
                case Fault.None _, Fault.Refuse _, Fault.Slow _ -> count;
            };
        }

        private long allowed(Direction direction, Direction where, long after, int count) {
            return direction == where
                    ? Math.clamp(after - counter(direction).get(), 0, count)
                    : count;
        }
    }
}
