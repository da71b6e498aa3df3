package dev.packhorse.cli.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What an account leaves on a server of the demo's layout.
final class AccountTraces {
    private AccountTraces() {}

    /// What the server says of an account: each file with the account's or one of its domains'
    /// name, and its lines in the user database.
    static Map<String, String> filesOf(Path server, String account) throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (String folder :
                List.of(
                        "var/cpanel/users",
                        "var/cpanel/userdata/" + account,
                        "var/spool/cron",
                        "var/named",
                        "etc/valiases",
                        "etc/vdomainaliases",
                        "etc/vfilters",
                        "etc/proftpd",
                        "var/cpanel/ssl/apache_tls",
                        "var/cpanel/suspended",
                        "var/cpanel/suspendinfo",
                        "var/cpanel/authn",
                        "var/cpanel/bandwidth",
                        "var/cpanel/bandwidth.cache",
                        "var/cpanel/domain_keys",
                        "var/cpanel/integration",
                        "var/cpanel/public_contact",
                        "var/cpanel/ssl/autossl",
                        "var/cpanel/webcalls",
                        "etc/apache2/conf.d/userdata",
                        "usr/local/cpanel/3rdparty/mailman/lists",
                        "usr/local/cpanel/3rdparty/mailman/archives/private")) {
            collect(server, server.resolve(folder), account, files);
        }
        for (String database : List.of("etc/passwd", "etc/shadow", "etc/group")) {
            for (String line : Files.readAllLines(server.resolve(database))) {
                if (line.startsWith(account + ":")) {
                    files.put(database, withoutDay(database, line));
                }
            }
        }
        return files;
    }

    /// The day of the last password change is that of the restore.
    private static String withoutDay(String database, String line) {
        return database.equals("etc/shadow") ? line.split(":", -1)[1] : line;
    }

    private static void collect(Path server, Path folder, String account, Map<String, String> files)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        String path = server.relativize(file).toString();
                        if (path.contains(account)) {
                            files.put(path, Files.readString(file, StandardCharsets.ISO_8859_1));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /// Removes an account from the server: its home and all that tells of it.
    static void wipe(Path server, String account, Map<String, String> files) throws IOException {
        removeTree(server.resolve("home").resolve(account));
        for (String file : files.keySet()) {
            if (file.startsWith("etc/passwd")
                    || file.startsWith("etc/shadow")
                    || file.startsWith("etc/group")) {
                List<String> kept = new ArrayList<>();
                for (String line : Files.readAllLines(server.resolve(file))) {
                    if (!line.startsWith(account + ":")) {
                        kept.add(line);
                    }
                }
                Files.write(server.resolve(file), kept);
            } else {
                Files.delete(server.resolve(file));
            }
        }
    }

    static void removeTree(Path tree) throws IOException {
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path folder, @Nullable IOException failure) throws IOException {
                        Files.delete(folder);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
