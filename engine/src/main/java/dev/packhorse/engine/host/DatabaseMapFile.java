package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The member `meta/dbmap.yaml` of an archive: which databases and database users of MySQL the
/// account has, told once more. It gives nobody anything: whose a database is on this server says
/// this server.
///
/// Source: cpmove-format section 2.1; written by archives of version 3, and read by importers that
/// take the users from it.
///
/// @param databases names of databases
/// @param users names of their users
public record DatabaseMapFile(Set<String> databases, Set<String> users) {
    /// The member's path.
    public static final String MEMBER = "meta/dbmap.yaml";

    private static final String SERVER = "localhost";

    public DatabaseMapFile {
        databases = Collections.unmodifiableSet(new TreeSet<>(databases));
        users = Collections.unmodifiableSet(new TreeSet<>(users));
    }

    /// The text of the member.
    ///
    /// @param databases those that the archive has
    /// @param users each of its database users, with the databases among these that it may use; the
    ///   account's own user is told as the owner alone
    public static String render(
            AccountName owner,
            Collection<String> databases,
            Map<String, ? extends Set<String>> users) {
        SortedMap<String, YamlNode> clients = new TreeMap<>();
        users.forEach((name, used) -> {
            if (!name.equals(owner.value())) {
                clients.put(name, fields(Map.of("dbs", places(used), "server", server())));
            }
        });
        return YamlWriter.write(
                fields(
                        Map.of(
                                "MYSQL",
                                fields(
                                        Map.of(
                                                "dbs", places(databases),
                                                "dbusers", fields(clients),
                                                "noprefix", fields(Map.of()),
                                                "owner", new YamlNode.Scalar(owner.value()),
                                                "server", server())))));
    }

    private static YamlNode.Fields places(Collection<String> databases) {
        return YamlNode.Fields.of(
                databases.stream().collect(Collectors.toMap(name -> name, _ -> SERVER)));
    }

    private static YamlNode server() {
        return new YamlNode.Scalar(SERVER);
    }

    private static YamlNode.Fields fields(Map<String, ? extends YamlNode> values) {
        return new YamlNode.Fields(new TreeMap<>(values), 0);
    }

    /// Reads one; what has another form than the names that are looked for counts as absent.
    ///
    /// @throws HostFormatException if it is no YAML
    public static DatabaseMapFile parse(String text) throws HostFormatException {
        YamlNode.Fields server = below(YamlReader.read(MEMBER, text), "MYSQL");
        return new DatabaseMapFile(names(server, "dbs"), names(server, "dbusers"));
    }

    private static Set<String> names(YamlNode.Fields server, String key) {
        return new TreeSet<>(below(server, key).values().keySet());
    }

    private static YamlNode.Fields below(YamlNode.Fields fields, String key) {
        return fields.values().get(key) instanceof YamlNode.Fields found ? found : fields(Map.of());
    }
}
