package dev.packhorse.engine.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/// Bounds what connections can cost: how many there are, how many of one address, and how long one
/// may take to a whole header or body, however steadily it drips. A connection beyond the limits is
/// closed at once. The socket file is counted by itself, so that no user of this server can keep
/// root's commands out. Safe for many threads.
final class ConnectionGuard implements Connection.Listener {
    private final HttpLimits limits;
    private final Scheduler scheduler;
    private final Map<Connection, Scheduler.Task> deadlines = new ConcurrentHashMap<>();

    /// Open connections by address. Guarded by `this`, with `total` and `counted`.
    private final Map<Peer, Integer> byAddress = new HashMap<>();

    private final Map<Connection, Peer> counted = new HashMap<>();

    /// Where a connection comes from.
    private sealed interface Peer {
        /// The network.
        record Address(InetAddress address) implements Peer {}

        /// The socket file.
        record SocketFile() implements Peer {}
    }

    ConnectionGuard(HttpLimits limits, Scheduler scheduler) {
        this.limits = limits;
        this.scheduler = scheduler;
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof SslConnection) {
            return; // the HTTP connection inside it is the one that counts
        }
        Optional<Peer> peer = peerOf(connection);
        if (peer.isEmpty() || !admit(connection, peer.get())) {
            connection.getEndPoint().close();
            return;
        }
        arm(connection, limits.headerTime());
    }

    @Override
    public void onClosed(Connection connection) {
        disarm(connection);
        release(connection);
    }

    /// A whole header has come; from now on the body's time counts. At the end of the request the
    /// time for the next header begins.
    void onRequest(Request request) {
        Connection connection = request.getConnectionMetaData().getConnection();
        arm(connection, limits.bodyTime());
        Request.addCompletionListener(request, _ -> arm(connection, limits.headerTime()));
    }

    /// The body has come whole; the function may take its time.
    void onBodyRead(Request request) {
        disarm(request.getConnectionMetaData().getConnection());
    }

    private synchronized boolean admit(Connection connection, Peer peer) {
        int open = byAddress.getOrDefault(peer, 0);
        if (open >= most(peer) || (peer instanceof Peer.Address && isFull())) {
            return false;
        }
        byAddress.put(peer, open + 1);
        counted.put(connection, peer);
        return true;
    }

    private int most(Peer peer) {
        boolean shared =
                switch (peer) {
                    case Peer.Address(var address) -> address.isLoopbackAddress();
                    case Peer.SocketFile() -> true;
                };
        return shared
                ? Math.max(limits.connections() / 2, limits.connectionsPerAddress())
                : limits.connectionsPerAddress();
    }

    /// Called under the lock.
    private boolean isFull() {
        int local = byAddress.getOrDefault(new Peer.SocketFile(), 0);
        return counted.size() - local >= limits.connections();
    }

    private synchronized void release(Connection connection) {
        Peer peer = counted.remove(connection);
        if (peer != null) {
            byAddress.computeIfPresent(peer, (_, open) -> open > 1 ? open - 1 : null);
        }
    }

    private static Optional<Peer> peerOf(Connection connection) {
        return switch (connection.getEndPoint().getRemoteSocketAddress()) {
            case InetSocketAddress peer when peer.getAddress() != null ->
                    Optional.of(new Peer.Address(peer.getAddress()));
            case UnixDomainSocketAddress _ -> Optional.of(new Peer.SocketFile());
            case null, default -> Optional.empty();
        };
    }

    private void arm(Connection connection, Duration time) {
        EndPoint endPoint = connection.getEndPoint();
        Scheduler.Task task =
                scheduler.schedule(
                        () -> endPoint.close(new TimeoutException("request took too long")), time);
        Scheduler.Task before = deadlines.put(connection, task);
        if (before != null) {
            before.cancel();
        }
        if (!endPoint.isOpen()) {
            disarm(connection);
        }
    }

    private void disarm(Connection connection) {
        Scheduler.Task task = deadlines.remove(connection);
        if (task != null) {
            task.cancel();
        }
    }
}
