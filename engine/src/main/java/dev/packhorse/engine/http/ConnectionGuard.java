package dev.packhorse.engine.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
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
/// closed at once. Safe for many threads.
final class ConnectionGuard implements Connection.Listener {
    private final HttpLimits limits;
    private final Scheduler scheduler;
    private final Map<Connection, Scheduler.Task> deadlines = new ConcurrentHashMap<>();

    /// Open connections by address. Guarded by `this`, with `total` and `counted`.
    private final Map<InetAddress, Integer> byAddress = new HashMap<>();

    private final Map<Connection, InetAddress> counted = new HashMap<>();

    ConnectionGuard(HttpLimits limits, Scheduler scheduler) {
        this.limits = limits;
        this.scheduler = scheduler;
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof SslConnection) {
            return; // the HTTP connection inside it is the one that counts
        }
        Optional<InetAddress> address = addressOf(connection);
        if (address.isEmpty() || !admit(connection, address.get())) {
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

    private synchronized boolean admit(Connection connection, InetAddress address) {
        int most =
                address.isLoopbackAddress()
                        ? Math.max(limits.connections() / 2, limits.connectionsPerAddress())
                        : limits.connectionsPerAddress();
        int open = byAddress.getOrDefault(address, 0);
        if (open >= most || counted.size() >= limits.connections()) {
            return false;
        }
        byAddress.put(address, open + 1);
        counted.put(connection, address);
        return true;
    }

    private synchronized void release(Connection connection) {
        InetAddress address = counted.remove(connection);
        if (address != null) {
            byAddress.computeIfPresent(address, (_, open) -> open > 1 ? open - 1 : null);
        }
    }

    private static Optional<InetAddress> addressOf(Connection connection) {
        return connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress peer
                ? Optional.ofNullable(peer.getAddress())
                : Optional.empty();
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
