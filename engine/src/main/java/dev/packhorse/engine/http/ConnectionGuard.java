package dev.packhorse.engine.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/// Bounds what connections can cost: how many there are, how many of one peer, and how long one may
/// take to a whole header or body, however steadily it drips. A connection beyond the limits is
/// closed at once. Safe for many threads.
final class ConnectionGuard implements Connection.Listener {
    private final HttpLimits limits;
    private final Scheduler scheduler;
    private final Map<Connection, Scheduler.Task> deadlines = new ConcurrentHashMap<>();

    private final Map<Connection, Peer> counted = new ConcurrentHashMap<>();
    private final ConnectionCounts counts;

    ConnectionGuard(HttpLimits limits, Scheduler scheduler) {
        this.limits = limits;
        this.scheduler = scheduler;
        this.counts = new ConnectionCounts(limits);
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof SslConnection) {
            return; // the HTTP connection inside it is the one that counts
        }
        Optional<Peer> peer = Peer.of(connection.getEndPoint().getRemoteSocketAddress());
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

    private boolean admit(Connection connection, Peer peer) {
        if (!counts.add(peer)) {
            return false;
        }
        counted.put(connection, peer);
        return true;
    }

    private void release(Connection connection) {
        Peer peer = counted.remove(connection);
        if (peer != null) {
            counts.remove(peer);
        }
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
