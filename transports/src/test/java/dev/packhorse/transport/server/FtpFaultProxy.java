package dev.packhorse.transport.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Stands between a client and a plain FTP server, passive mode only: sees every command, may
/// change or withhold answers, and may cut, swallow, stall or damage what is uploaded.
public final class FtpFaultProxy implements AutoCloseable {
    private static final Pattern PASSIVE =
            Pattern.compile("227 .*\\((\\d+),(\\d+),(\\d+),(\\d+),(\\d+),(\\d+)\\).*");

    private final ServerSocket listener;
    private final int serverPort;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final AtomicLong uploaded = new AtomicLong();
    private volatile Answers answers = (_, line) -> Optional.of(line);
    private volatile UploadFault fault = UploadFault.NONE;
    private volatile long faultAfter = Long.MAX_VALUE;
    private volatile String passiveHost = "127,0,0,1";
    private volatile boolean down;

    /// What becomes of uploaded bytes after the first so many.
    public enum UploadFault {
        NONE,
        /// The connection breaks.
        CUT,
        /// They are taken and thrown away.
        SWALLOW,
        /// They are not taken any more.
        STALL,
        /// The first of them arrives as another one.
        DAMAGE
    }

    /// What the client gets to see of an answer; empty breaks the connection in its place.
    @FunctionalInterface
    public interface Answers {
        Optional<String> answer(String command, String line);
    }

    private FtpFaultProxy(ServerSocket listener, int serverPort) {
        this.listener = listener;
        this.serverPort = serverPort;
    }

    /// Begins to listen.
    public static FtpFaultProxy before(int serverPort) throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        FtpFaultProxy proxy = new FtpFaultProxy(listener, serverPort);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    public int port() {
        return listener.getLocalPort();
    }

    public void answers(Answers rule) {
        answers = rule;
    }

    public void uploads(UploadFault what, long after) {
        fault = what;
        faultAfter = after;
    }

    /// The address that the server names for its data connections, as `203,0,113,9`.
    public void passiveHost(String host) {
        passiveHost = host;
    }

    /// From now on every connection breaks, new ones too.
    public void goDown() {
        down = true;
        sockets.forEach(FtpFaultProxy::closeQuietly);
    }

    public List<String> commands() {
        return List.copyOf(commands);
    }

    /// Bytes that came over data connections from the client.
    public long uploadedBytes() {
        return uploaded.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                control(track(listener.accept()));
            } catch (IOException _) {
                // The client sees a broken connection, which is all that a test wants.
            }
        }
    }

    private Socket track(Socket socket) {
        sockets.add(socket);
        if (down) {
            closeQuietly(socket);
        }
        return socket;
    }

    private void control(Socket client) throws IOException {
        Socket server = track(new Socket(InetAddress.getLoopbackAddress(), serverPort));
        String[] last = {""};
        Thread.ofVirtual()
                .start(() ->
                        lines(
                                client,
                                server,
                                line -> {
                                    commands.add(line);
                                    last[0] = line;
                                    return Optional.of(line);
                                }));
        Thread.ofVirtual()
                .start(() ->
                        lines(
                                server,
                                client,
                                line -> {
                                    Optional<String> shown = answers.answer(last[0], line);
                                    return shown.isPresent()
                                            ? Optional.of(passive(shown.get()))
                                            : shown;
                                }));
    }

    private interface Passing {
        Optional<String> pass(String line) throws IOException;
    }

    private static void lines(Socket from, Socket to, Passing passing) {
        try (from;
                to) {
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8));
            OutputStream out = to.getOutputStream();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Optional<String> passed = passing.pass(line);
                if (passed.isEmpty()) {
                    return;
                }
                out.write((passed.get() + "\r\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException _) {
            // The other side sees a broken connection, which is all that a test wants.
        }
    }

    /// Puts a relay of ours in place of the server's data port.
    private String passive(String line) throws IOException {
        Matcher matcher = PASSIVE.matcher(line);
        if (!matcher.matches()) {
            return line;
        }
        int port = Integer.parseInt(matcher.group(5)) * 256 + Integer.parseInt(matcher.group(6));
        ServerSocket relay = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> relay(relay, port));
        int own = relay.getLocalPort();
        return "227 Entering Passive Mode ("
                + passiveHost
                + ","
                + own / 256
                + ","
                + own % 256
                + ").";
    }

    private void relay(ServerSocket relay, int port) {
        try (relay) {
            Socket client = track(relay.accept());
            Socket server = track(new Socket(InetAddress.getLoopbackAddress(), port));
            Thread.ofVirtual().start(() -> download(server, client));
            upload(client, server);
        } catch (IOException _) {
            // The other side sees a broken connection, which is all that a test wants.
        }
    }

    private static void download(Socket server, Socket client) {
        try {
            server.getInputStream().transferTo(client.getOutputStream());
            server.close();
            client.close();
        } catch (IOException _) {
            // The other side sees a broken connection, which is all that a test wants.
        }
    }

    private void upload(Socket client, Socket server) throws IOException {
        long left = faultAfter;
        InputStream in = client.getInputStream();
        byte[] block = new byte[8192];
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
            uploaded.addAndGet(count);
            if (fault == UploadFault.DAMAGE) {
                damage(block, count, left);
                server.getOutputStream().write(block, 0, count);
                left -= count;
                continue;
            }
            int passed = (int) Math.min(left, count);
            server.getOutputStream().write(block, 0, passed);
            left -= passed;
            if (left > 0 || fault == UploadFault.SWALLOW) {
                continue;
            }
            if (fault == UploadFault.CUT) {
                client.close();
                break;
            }
            if (fault == UploadFault.STALL) {
                return;
            }
        }
        server.shutdownOutput();
    }

    private static void damage(byte[] block, int count, long after) {
        if (after >= 0 && after < count) {
            block[(int) after] ^= 1;
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        goDown();
    }
}
