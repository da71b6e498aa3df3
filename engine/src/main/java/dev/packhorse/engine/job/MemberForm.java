package dev.packhorse.engine.job;

import dev.packhorse.engine.host.HostFormatException;
import dev.packhorse.engine.host.VirtualHost;
import dev.packhorse.engine.host.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// What a text member says, in lines: the same for two members between which a restore makes no
/// difference that anybody would miss.
///
/// @param suspended whether the account is suspended
/// @param signed whether the archive holds a key for signing mail of a domain
record MemberForm(boolean suspended, Predicate<String> signed) {
    /// What the web sites' descriptions repeat of the account and the server.
    private static final Set<String> OF_ACCOUNT = Set.of("user", "group", "homedir", "ip", "owner");

    /// What a restore fills in where a description lacks it.
    private static final Set<String> FILLED_IN =
            Set.of("documentroot", "servername", "serveralias");

    /// An account that says nothing of backups is taken into them; databases belong to who is
    /// restored.
    private static final Pattern SETTLED = Pattern.compile("BACKUP=1|DBOWNER=.*");

    /// What is said of a suspension means nothing while there is none.
    private static final Pattern SUSPENSION = Pattern.compile("SUSPENDED=0?|SUSPENDTIME=.*");

    /// Other words for what nobody limits and for whom nobody owns.
    private static final Map<String, String> MEANT =
            Map.of(
                    "DISK_BLOCK_LIMIT=unlimited",
                    "DISK_BLOCK_LIMIT=0",
                    "DISK_BLOCK_LIMIT=",
                    "DISK_BLOCK_LIMIT=0",
                    "OWNER=",
                    "OWNER=root");

    /// The number of a zone, which grows with each change of it.
    private static final Pattern SERIAL = Pattern.compile("(\\bSOA\\b[^()]*\\(\\s*)[0-9]{1,10}");

    /// The record with the public half of a key, which is made to fit the key.
    private static final Pattern OF_KEY = Pattern.compile("default\\._domainkey[.\\s].*");

    private static final String ZONES = "dnszones/";
    private static final String ZONE = ".db";
    private static final int LOGIN_UID = 2;
    private static final int LOGIN_OWNER = 4;
    private static final int LOGIN_HOME = 5;

    /// The lines of the packed and of the restored member.
    record Both(List<String> packed, List<String> restored) {}

    Both of(String path, String packed, String restored) {
        if (path.startsWith("userdata/")
                && !path.equals("userdata/main")
                && !path.endsWith(".yaml")) {
            return site(path, packed, restored);
        }
        return new Both(lines(path, packed), lines(path, restored));
    }

    private List<String> lines(String path, String text) {
        List<String> lines = new ArrayList<>();
        boolean signedZone = isSignedZone(path);
        String plain = signedZone ? SERIAL.matcher(text).replaceFirst("$1") : text;
        for (String line : plain.lines().map(String::stripTrailing).toList()) {
            boolean follows = signedZone && OF_KEY.matcher(line).matches();
            if (!follows) {
                line(path, line).ifPresent(lines::add);
            }
        }
        while (!lines.isEmpty() && lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        return lines;
    }

    private boolean isSignedZone(String path) {
        return path.startsWith(ZONES)
                && path.endsWith(ZONE)
                && signed.test(path.substring(ZONES.length(), path.length() - ZONE.length()));
    }

    private Optional<String> line(String path, String line) {
        if (path.startsWith("cp/")) {
            return setting(line);
        }
        if (path.equals("proftpdpasswd")) {
            return Optional.of(login(line));
        }
        if (path.equals("shadow") && suspended) {
            return Optional.of(line.startsWith("!") ? line.substring(1) : line);
        }
        return Optional.of(line);
    }

    private Optional<String> setting(String line) {
        boolean settled =
                SETTLED.matcher(line).matches()
                        || (!suspended && SUSPENSION.matcher(line).matches());
        return settled ? Optional.empty() : Optional.of(MEANT.getOrDefault(line, line));
    }

    /// The account has the numbers that this server gives it, and its own logins lead to its home
    /// and its logs.
    private static String login(String line) {
        String[] fields = line.split(":", -1);
        int last = fields[0].contains("@") ? LOGIN_OWNER : LOGIN_HOME;
        for (int i = LOGIN_UID; i <= Math.min(last, fields.length - 1); i++) {
            fields[i] = "";
        }
        return String.join(":", fields);
    }

    private static Both site(String path, String packed, String restored) {
        try {
            SortedMap<String, YamlNode> old = values(path, packed);
            SortedMap<String, YamlNode> now = values(path, restored);
            for (String key : FILLED_IN) {
                if (VirtualHost.parse(path, packed).text(key).isEmpty()) {
                    old.remove(key);
                    now.remove(key);
                }
            }
            return new Both(render(old), render(now));
        } catch (HostFormatException _) {
            // then they are compared as they stand
            return new Both(packed.lines().toList(), restored.lines().toList());
        }
    }

    private static SortedMap<String, YamlNode> values(String path, String text)
            throws HostFormatException {
        SortedMap<String, YamlNode> values =
                new TreeMap<>(VirtualHost.parse(path, text).fields().values());
        values.keySet().removeAll(OF_ACCOUNT);
        return values;
    }

    private static List<String> render(SortedMap<String, YamlNode> values) {
        return new VirtualHost(new YamlNode.Fields(values, 0)).render().lines().toList();
    }
}
