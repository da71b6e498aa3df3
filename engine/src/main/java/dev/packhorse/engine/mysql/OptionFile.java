package dev.packhorse.engine.mysql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The option files of MySQL's and MariaDB's programs: reads one section, and writes the one that
/// gives a child its credentials.
///
/// Source: MariaDB's manual, "Configuring MariaDB with Option Files".
final class OptionFile {
    private static final long MAX_BYTES = 1024 * 1024;
    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.of(
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    private OptionFile() {}

    /// The options of one section. Names have `-` for `_`; options without a value are left out.
    static Map<String, String> read(Path file, String section) throws IOException {
        if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
            throw new IOException(file + " can be read or changed by others: chmod 600 it");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is too large for an option file");
        }
        Map<String, String> options = new TreeMap<>();
        String current = "";
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            if (line.startsWith("[")) {
                if (!line.endsWith("]")) {
                    throw new IOException(file + ":" + (i + 1) + ": section without ]");
                }
                current = line.substring(1, line.length() - 1).strip();
            } else if (current.equals(section) && line.indexOf('=') > 0) {
                int equals = line.indexOf('=');
                options.put(
                        line.substring(0, equals).strip().replace('_', '-'),
                        value(line.substring(equals + 1).strip()));
            }
        }
        return options;
    }

    private static String value(String text) {
        boolean quoted =
                (text.startsWith("\"") && text.endsWith("\""))
                        || (text.startsWith("'") && text.endsWith("'"));
        if (quoted && text.length() >= 2) {
            return unescape(text.substring(1, text.length() - 1));
        }
        int comment = text.indexOf(" #");
        return unescape(comment < 0 ? text : text.substring(0, comment).strip());
    }

    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                plain.append(c);
                continue;
            }
            char next = text.charAt(++i);
            switch (next) {
                case 'b' -> plain.append('\b');
                case 't' -> plain.append('\t');
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 's' -> plain.append(' ');
                case '\\', '"', '\'' -> plain.append(next);
                default -> plain.append('\\').append(next);
            }
        }
        return plain.toString();
    }

    /// Writes a file, readable for its owner alone from its first instant, that makes a client
    /// program log in as the settings say.
    static Path writeClient(Path file, MysqlSettings settings) throws IOException {
        StringBuilder text = new StringBuilder("[client]\n");
        option(text, "user", settings.user());
        option(text, "password", settings.password().reveal());
        switch (settings.endpoint()) {
            case MysqlEndpoint.Socket socket -> {
                option(text, "socket", socket.path().toString());
                text.append("protocol=socket\n");
                withoutTls(text);
            }
            case MysqlEndpoint.Tcp tcp -> {
                option(text, "host", tcp.address().host());
                option(text, "port", String.valueOf(tcp.address().port()));
                text.append("protocol=tcp\n");
                if (tcp.isLoopback()) {
                    withoutTls(text);
                } else {
                    text.append("loose-ssl-verify-server-cert\n");
                    text.append("loose-ssl-mode=VERIFY_IDENTITY\n");
                }
            }
        }
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private static void withoutTls(StringBuilder text) {
        text.append("loose-skip-ssl\nloose-ssl-mode=PREFERRED\n");
    }

    private static void option(StringBuilder text, String name, String value) {
        if (value.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException("control character in option " + name);
        }
        text.append(name)
                .append("=\"")
                .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                .append("\"\n");
    }
}
