package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.ssh.SshSettings;
import dev.packhorse.transport.watch.CallLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The connections of one destination. Many threads.
final class SftpPool implements AutoCloseable {
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);
    private static final long LOOK_NANOS = 5_000_000L;

    private final SshSettings settings;
    private final Semaphore places;
    private final Deque<SftpConnection> idle = new ArrayDeque<>();
    private boolean closed;

    SftpPool(SshSettings settings, int most) {
        this.settings = settings;
        this.places = new Semaphore(most);
    }

    /// Lends a connection, an idle one if it is still good; waits for a place if all are lent.
    SftpConnection take(Cancellation cancellation) throws IOException {
        awaitPlace(cancellation);
        try {
            SftpConnection waiting = pollSound();
            return waiting != null ? waiting : connect(cancellation);
        } catch (IOException | RuntimeException e) {
            places.release();
            throw e;
        }
    }

    private SftpConnection connect(Cancellation cancellation) throws IOException {
        cancellation.check();
        CallLimits transfer = CallLimits.TRANSFER;
        return new SftpConnection(
                settings,
                new CallLimits(
                        settings.timeout(), transfer.window(), transfer.floorBytesPerSecond()),
                cancellation);
    }

    /// Replaces a lent connection that broke, to clean up behind it: with short limits, since the
    /// server may well be gone.
    SftpConnection replace(SftpConnection broken) throws IOException {
        broken.close();
        Duration limit =
                settings.timeout().compareTo(LAST_WORDS) < 0 ? settings.timeout() : LAST_WORDS;
        return new SftpConnection(settings, CallLimits.idle(limit), Cancellation.never());
    }

    private @Nullable SftpConnection pollSound() throws TransportException {
        while (true) {
            SftpConnection connection;
            synchronized (idle) {
                if (closed) {
                    throw new TransportException(Kind.REFUSED, "connect: already closed");
                }
                connection = idle.pollLast();
            }
            if (connection == null || connection.isSound()) {
                return connection;
            }
            connection.close();
        }
    }

    private void awaitPlace(Cancellation cancellation) throws CancelledException {
        while (!places.tryAcquire()) {
            cancellation.check();
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /// Takes a connection back.
    void give(SftpConnection connection) {
        boolean kept = false;
        synchronized (idle) {
            if (!closed && connection.isSound()) {
                kept = idle.add(connection);
            }
        }
        if (!kept) {
            connection.close();
        }
        places.release();
    }

    @Override
    public void close() {
        List<SftpConnection> left;
        synchronized (idle) {
            closed = true;
            left = new ArrayList<>(idle);
            idle.clear();
        }
        left.forEach(SftpConnection::close);
    }
}
