package dev.packhorse.engine.notify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A small SMTP server: RFC 5321 with STARTTLS and AUTH PLAIN. A command can be given another
/// answer.
final class TestSmtpServer implements AutoCloseable {
    final List<String> commands = new CopyOnWriteArrayList<>();
    final List<String> mails = new CopyOnWriteArrayList<>();
    final Map<String, String> answers = new ConcurrentHashMap<>();
    private final ServerSocket listening;
    private final SSLContext tls;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    TestSmtpServer(SSLContext tls, boolean implicit) throws IOException {
        this.tls = tls;
        InetAddress local = InetAddress.getLoopbackAddress();
        listening =
                implicit
                        ? tls.getServerSocketFactory().createServerSocket(0, 5, local)
                        : new ServerSocket(0, 5, local);
        Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                Thread.ofPlatform().daemon().start(() -> talk(socket));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void talk(Socket plain) {
        try {
            Socket socket = plain;
            say(socket, answers.getOrDefault("greeting", "220 test ESMTP"));
            BufferedReader in = reader(socket);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String verb = line.split("[ :]", 2)[0].toUpperCase(java.util.Locale.ROOT);
                commands.add((socket instanceof SSLSocket ? "tls " : "") + line);
                String usual = answers.getOrDefault(verb, usual(verb, socket));
                say(socket, answers.getOrDefault(line, usual));
                if (verb.equals("STARTTLS") && !answers.containsKey(verb)) {
                    SSLSocket secure =
                            (SSLSocket)
                                    tls.getSocketFactory()
                                            .createSocket(
                                                    plain, "localhost", plain.getPort(), true);
                    secure.setUseClientMode(false);
                    socket = secure;
                    in = reader(socket);
                } else if (verb.equals("AUTH") && !answers.containsKey(verb)) {
                    commands.add("login " + in.readLine());
                    say(socket, answers.getOrDefault("login", "235 welcome"));
                } else if (verb.equals("DATA") && !answers.containsKey(verb)) {
                    StringBuilder mail = new StringBuilder();
                    for (String text = in.readLine();
                            text != null && !text.equals(".");
                            text = in.readLine()) {
                        mail.append(text.startsWith("..") ? text.substring(1) : text).append('\n');
                    }
                    mails.add(mail.toString());
                    say(socket, answers.getOrDefault("end", "250 queued"));
                } else if (verb.equals("QUIT")) {
                    socket.close();
                    return;
                }
            }
        } catch (IOException _) {
            // The client hung up, which is what some tests are about.
            return;
        }
    }

    private static String usual(String verb, Socket socket) {
        return switch (verb) {
            case "EHLO" ->
                    socket instanceof SSLSocket
                            ? "250-test\r\n250 AUTH PLAIN"
                            : "250-test\r\n250 STARTTLS";
            case "AUTH" -> "334 ";
            case "DATA" -> "354 go on";
            case "QUIT" -> "221 bye";
            default -> "250 fine";
        };
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    private static void say(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        if (text.equals("flood")) {
            byte[] block = "x".repeat(8_192).getBytes(StandardCharsets.US_ASCII);
            while (true) {
                out.write(block);
            }
        }
        if (text.equals("hang up")) {
            socket.close();
            return;
        }
        if (text.equals("hang")) {
            java.util.concurrent.locks.LockSupport.parkNanos(60_000_000_000L);
        }
        out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
