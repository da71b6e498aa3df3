package dev.packhorse.engine.http;

import java.util.HashMap;
import java.util.Map;

/// How many connections there are, and how many of each peer. Loopback, which all users of this
/// server share, may have half of all, by however many of its addresses. The socket file is counted
/// by itself, so that no user of this server can keep root's commands out. Safe for many threads.
final class ConnectionCounts {
    private final HttpLimits limits;
    private final Map<Peer, Integer> byPeer = new HashMap<>();

    /// Those that did not come by the socket file.
    private int atThePort;

    ConnectionCounts(HttpLimits limits) {
        this.limits = limits;
    }

    /// Counts a connection.
    ///
    /// @return false if it would be one too many, and was not counted
    synchronized boolean add(Peer peer) {
        int open = byPeer.getOrDefault(peer, 0);
        boolean isFull = peer instanceof Peer.Client && atThePort >= limits.connections();
        if (isFull || open >= most(peer)) {
            return false;
        }
        byPeer.put(peer, open + 1);
        atThePort += portShare(peer);
        return true;
    }

    /// Takes back what was counted.
    synchronized void remove(Peer peer) {
        byPeer.computeIfPresent(peer, (_, open) -> open > 1 ? open - 1 : null);
        atThePort -= portShare(peer);
    }

    private static int portShare(Peer peer) {
        return peer instanceof Peer.Client ? 1 : 0;
    }

    private int most(Peer peer) {
        boolean isShared =
                switch (peer) {
                    case Peer.Client(var network) -> network.isLoopback();
                    case Peer.SocketFile() -> true;
                };
        return isShared
                ? Math.max(limits.connections() / 2, limits.connectionsPerAddress())
                : limits.connectionsPerAddress();
    }
}
