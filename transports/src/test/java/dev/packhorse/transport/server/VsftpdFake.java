package dev.packhorse.transport.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;

/// Answers as vsftpd 3.0.3 does, which has one text for all that can be wrong. Plain FTP, passive.
public final class VsftpdFake implements AutoCloseable {
    private static final Map<String, String> SIMPLE =
            Map.of(
                    "USER", "331 Please specify the password.",
                    "PASS", "230 Login successful.",
                    "TYPE", "200 Switching to Binary mode.",
                    "PWD", "257 \"/\" is the current directory",
                    "FEAT", "211-Features:\r\n SIZE\r\n211 End",
                    "MDTM", "213 20261201000000",
                    "MKD", "257 created",
                    "DELE", "550 Delete operation failed.");

    private final ServerSocket listener;
    private final Map<String, Integer> files = new ConcurrentSkipListMap<>();
    private final Set<String> folders = new ConcurrentSkipListSet<>(Set.of("/"));
    private final Set<String> shut = new ConcurrentSkipListSet<>();
    private final Set<String> unread = new ConcurrentSkipListSet<>();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private volatile boolean lists = true;

    private VsftpdFake(ServerSocket listener) {
        this.listener = listener;
    }

    public static VsftpdFake start() throws IOException {
        VsftpdFake fake = new VsftpdFake(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().start(fake::accept);
        return fake;
    }

    public int port() {
        return listener.getLocalPort();
    }

    public void addFile(String path, int size) {
        files.put(path, size);
    }

    public void addFolder(String path) {
        folders.add(path);
    }

    /// One that the login may not enter.
    public void addShutFolder(String path) {
        shut.add(path);
    }

    /// A file that the server's disk does not give, which a list without facts names all the same.
    public void addUnreadFile(String path) {
        unread.add(path);
    }

    /// As with `dirlist_enable=NO`.
    public void listNothing() {
        lists = false;
    }

    public List<String> commands() {
        return List.copyOf(commands);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException _) {
                // The test has ended.
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Session session = new Session(client)) {
            session.run();
        } catch (IOException _) {
            // The client sees a broken connection, which is all that a test wants.
        }
    }

    private final class Session implements AutoCloseable {
        private final Socket client;
        private final ServerSocket data = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private String folder = "/";
        private String renamed = "";

        Session(Socket client) throws IOException {
            this.client = client;
        }

        void run() throws IOException {
            say("220 (vsFTPd 3.0.3)");
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                commands.add(line);
                int blank = line.indexOf(' ');
                answer(
                        blank < 0 ? line : line.substring(0, blank),
                        blank < 0 ? "" : line.substring(blank + 1));
            }
        }

        private void say(String line) throws IOException {
            client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        }

        private void answer(String verb, String argument) throws IOException {
            switch (verb) {
                case "PASV" ->
                        say(
                                "227 Entering Passive Mode (127,0,0,1,%d,%d)."
                                        .formatted(
                                                data.getLocalPort() / 256,
                                                data.getLocalPort() % 256));
                case "CWD" -> enter(argument);
                case "SIZE" ->
                        say(
                                files.containsKey(argument)
                                        ? "213 " + files.get(argument)
                                        : "550 Could not get file size.");
                case "NLST" -> list(argument, false);
                case "LIST" -> list(argument, true);
                case "STOR" -> store(argument);
                case "RNFR" -> {
                    renamed = argument;
                    say("350 Ready for RNTO.");
                }
                case "RNTO" -> {
                    files.put(argument, Optional.ofNullable(files.remove(renamed)).orElse(0));
                    say("250 Rename successful.");
                }
                default -> say(SIMPLE.getOrDefault(verb, "500 Unknown command."));
            }
        }

        private void enter(String path) throws IOException {
            if (!folders.contains(path)) {
                say("550 Failed to change directory.");
                return;
            }
            folder = path;
            say("250 Directory successfully changed.");
        }

        private void store(String path) throws IOException {
            say("150 Ok to send data.");
            try (Socket line = data.accept()) {
                files.put(path, line.getInputStream().readAllBytes().length);
            }
            say("226 Transfer complete.");
        }

        /// A path that is no folder which may be entered is a pattern for the folder above.
        private void list(String argument, boolean details) throws IOException {
            if (!lists) {
                data.accept().close();
                say("550 Permission denied.");
                return;
            }
            String path = argument.isEmpty() || argument.startsWith("-") ? folder : argument;
            boolean whole = folders.contains(path);
            String parent = whole ? path : path.substring(0, Math.max(1, path.lastIndexOf('/')));
            StringBuilder lines = new StringBuilder();
            folders.forEach(each -> add(lines, parent, each, details ? "d" : ""));
            shut.forEach(each -> add(lines, parent, each, details ? "d" : ""));
            files.keySet().forEach(each -> add(lines, parent, each, details ? "-" : ""));
            if (!details) {
                unread.forEach(each -> add(lines, parent, each, ""));
            }
            List<String> shown =
                    lines.toString()
                            .lines()
                            .filter(line ->
                                    whole
                                            || line.endsWith(
                                                    path.substring(path.lastIndexOf('/') + 1)))
                            .toList();
            say("150 Here comes the directory listing.");
            try (Socket line = data.accept()) {
                for (String each : shown) {
                    line.getOutputStream().write((each + "\r\n").getBytes(StandardCharsets.UTF_8));
                }
            }
            say("226 Directory send OK.");
        }

        private void add(StringBuilder lines, String parent, String path, String kind) {
            int slash = path.lastIndexOf('/');
            if (path.equals("/") || !path.substring(0, Math.max(1, slash)).equals(parent)) {
                return;
            }
            lines.append(kind)
                    .append(kind.isEmpty() ? "" : "rwxr-xr-x 1 0 0 3 Dec 01 13:41 ")
                    .append(path.substring(slash + 1))
                    .append('\n');
        }

        @Override
        public void close() throws IOException {
            data.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
