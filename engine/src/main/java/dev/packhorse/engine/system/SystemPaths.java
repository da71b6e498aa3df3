package dev.packhorse.engine.system;

import dev.packhorse.engine.rootfile.TrustedPath;
import dev.packhorse.engine.rootfile.UntrustedPathException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which files and folders of a host are the system's: those known here, and what the administrator
/// adds in text files below [#EXTRAS], an absolute path a line. Reads only what nobody but root can
/// change.
///
/// Source: cpmove-format 3.1.
///
/// @param paths absolute paths of the host, sorted; whether they are there is not said
/// @param problems a sentence for each line that cannot be used
public record SystemPaths(List<String> paths, List<String> problems) {
    /// Where additions are.
    public static final String EXTRAS = "/var/cpanel/backups/extras";

    private static final int MOST_BYTES = 1 << 20;
    private static final List<String> KNOWN =
            List.of(
                    "/etc/apache2/conf",
                    "/etc/apache2/conf.d",
                    "/etc/cpanel",
                    "/etc/cpbackup-exclude.conf",
                    "/etc/cpbackup-userskip.conf",
                    "/etc/cpupdate.conf",
                    "/etc/cron.d",
                    "/etc/crontab",
                    "/etc/demodomains",
                    "/etc/dovecot",
                    "/etc/exim.conf",
                    "/etc/exim.conf.local",
                    "/etc/exim.conf.localopts",
                    "/etc/fstab",
                    "/etc/group",
                    "/etc/hosts",
                    "/etc/ips",
                    "/etc/localdomains",
                    "/etc/mail",
                    "/etc/manualmx",
                    "/etc/my.cnf",
                    "/etc/my.cnf.d",
                    "/etc/named",
                    "/etc/named.conf",
                    "/etc/namedb",
                    "/etc/nameserverips",
                    "/etc/packhorse",
                    "/etc/passwd",
                    "/etc/pki/tls/certs",
                    "/etc/proftpd",
                    "/etc/proftpd.conf",
                    "/etc/pure-ftpd.conf",
                    "/etc/remotedomains",
                    "/etc/reservedipreasons",
                    "/etc/reservedips",
                    "/etc/resolv.conf",
                    "/etc/rndc.conf",
                    "/etc/rsyncd.conf",
                    "/etc/secondarymx",
                    "/etc/shadow",
                    "/etc/ssl",
                    "/etc/trueuserdomains",
                    "/etc/trueuserowners",
                    "/etc/userdatadomains",
                    "/etc/userdomains",
                    "/etc/valiases",
                    "/etc/vdomainaliases",
                    "/etc/vfilters",
                    "/etc/wwwacct.conf",
                    "/var/cpanel",
                    "/var/named",
                    "/var/spool/cron");

    public SystemPaths {
        paths = List.copyOf(paths);
        problems = List.copyOf(problems);
    }

    /// The paths of a host.
    ///
    /// @throws IOException if the additions cannot be read
    public static SystemPaths of(Path root) throws IOException {
        SortedSet<String> paths = new TreeSet<>(KNOWN);
        List<String> problems = new ArrayList<>();
        TrustedPath trusted = new TrustedPath(root);
        Path extras;
        try {
            extras = trusted.folder(EXTRAS);
        } catch (UntrustedPathException e) {
            return new SystemPaths(KNOWN, List.of(EXTRAS + ": " + e.getMessage()));
        }
        if (Files.isDirectory(extras, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(extras)) {
                for (Path file : files) {
                    read(trusted, EXTRAS + "/" + file.getFileName(), paths, problems);
                }
            }
        }
        return new SystemPaths(List.copyOf(paths), problems);
    }

    private static void read(
            TrustedPath trusted, String file, SortedSet<String> paths, List<String> problems)
            throws IOException {
        byte[] bytes;
        try {
            Path place = trusted.regularFile(file);
            if (Files.size(place) > MOST_BYTES) {
                problems.add(file + " is larger than 1 MiB and was left out");
                return;
            }
            bytes = Files.readAllBytes(place);
        } catch (UntrustedPathException e) {
            problems.add(file + " was left out: " + e.getMessage());
            return;
        }
        int number = 0;
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\\R", -1)) {
            number++;
            String path = line.strip();
            if (path.isEmpty() || path.startsWith("#")) {
                continue;
            }
            if (isPlain(path)) {
                paths.add(path);
            } else {
                problems.add(
                        "%s, line %d is no absolute path in plain form".formatted(file, number));
            }
        }
    }

    private static boolean isPlain(String path) {
        return path.matches("(/[^/\\p{Cntrl}]+)+")
                && !(path + "/").contains("/../")
                && !(path + "/").contains("/./");
    }
}
