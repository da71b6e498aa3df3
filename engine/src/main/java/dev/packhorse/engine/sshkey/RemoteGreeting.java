package dev.packhorse.engine.sshkey;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an SSH server says first.
///
/// Source: RFC 4253, section 4.2: `SSH-VERSION-SOFTWARE COMMENT`, at most 255 bytes, perhaps after
/// other lines.
///
/// @param received the whole line
/// @param version as `2.0`
/// @param software as `OpenSSH_9.9`
/// @param comment may be empty
public record RemoteGreeting(String received, String version, String software, String comment) {
    private static final Pattern LINE =
            Pattern.compile("SSH-([0-9.]{1,10})-([\\x21-\\x7e]{1,200})(?: ([\\x20-\\x7e]*))?");
    private static final int LONGEST_LINE = 255;
    private static final int MOST_LINES = 50;

    /// Asks a server.
    ///
    /// @param limit how long the connection, and each wait for more, may take
    /// @throws IOException if it cannot be reached in time or speaks no SSH
    public static RemoteGreeting of(String host, int port, Duration limit) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) limit.toMillis());
            socket.setSoTimeout((int) limit.toMillis());
            InputStream in = socket.getInputStream();
            for (int i = 0; i < MOST_LINES; i++) {
                Matcher matcher = LINE.matcher(line(in));
                if (matcher.matches()) {
                    String comment = matcher.group(3) == null ? "" : matcher.group(3);
                    return new RemoteGreeting(
                            matcher.group(), matcher.group(1), matcher.group(2), comment);
                }
            }
            throw new IOException("it speaks no SSH");
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.size() >= LONGEST_LINE) {
                throw new IOException("it speaks no SSH");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
