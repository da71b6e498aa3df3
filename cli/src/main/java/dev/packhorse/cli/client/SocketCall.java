package dev.packhorse.cli.client;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// One call over the daemon's socket file: a connection for one request of HTTP/1.1.
final class SocketCall implements AutoCloseable {
    private final SocketChannel channel;
    private final Duration within;
    private final CountDownLatch ended = new CountDownLatch(1);

    private SocketCall(SocketChannel channel, Duration within) {
        this.channel = channel;
        this.within = within;
    }

    /// Connects.
    ///
    /// @param within how long this and the call may take
    /// @return empty if nobody listens there or we may not; nothing was sent then
    static Optional<SocketCall> connect(Path socket, Duration within) {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            SocketCall call = new SocketCall(channel, within);
            try {
                call.endInTime();
                channel.connect(UnixDomainSocketAddress.of(socket));
                return Optional.of(call);
            } catch (IOException _) {
                call.close();
                return Optional.empty();
            }
        } catch (IOException | UnsupportedOperationException _) {
            return Optional.empty(); // the port is the other way
        }
    }

    <T> T send(DaemonLink.Request request, DaemonLink.AnswerReader<T> reader)
            throws IOException, ClientException {
        byte[] form = request.form().getBytes(StandardCharsets.UTF_8);
        // Not joined by "+": the JDK spins a class for so many parts at each start of a command.
        StringBuilder head = new StringBuilder(256);
        head.append("POST ").append(request.path()).append(" HTTP/1.1\r\n");
        head.append("Host: localhost\r\nConnection: close\r\n");
        head.append("Authorization: ").append(request.authorization()).append("\r\n");
        head.append("Content-Type: application/x-www-form-urlencoded\r\n");
        head.append("Content-Length: ").append(form.length).append("\r\n\r\n");
        try {
            write(head.toString().getBytes(StandardCharsets.US_ASCII), form);
            HttpAnswer answer = HttpAnswer.read(Channels.newInputStream(channel));
            return reader.read(answer.status(), answer.body());
        } catch (ClosedChannelException e) {
            SocketTimeoutException late =
                    new SocketTimeoutException(
                            "no answer within " + within.toSeconds() + " seconds");
            late.initCause(e);
            throw late;
        }
    }

    private void write(byte[] head, byte[] form) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(head.length + form.length).put(head).put(form).flip();
        while (all.hasRemaining()) {
            channel.write(all);
        }
    }

    /// Closes the channel under a call that takes too long: sockets of this kind have no time
    /// limit.
    private void endInTime() {
        Thread.ofPlatform()
                .daemon()
                .name("packhorse-call-limit")
                .start(() -> {
                    try {
                        if (!ended.await(within.toMillis(), TimeUnit.MILLISECONDS)) {
                            channel.close();
                        }
                    } catch (InterruptedException | IOException _) {
                        // Then the call ends without its limit, or is over.
                    }
                });
    }

    @Override
    public void close() throws IOException {
        ended.countDown();
        channel.close();
    }
}
