package dev.packhorse.engine.mysql;

import dev.packhorse.engine.posix.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads users from the server's own tables.
///
/// Source: MariaDB's manual, "mysql.global_priv Table" (from 10.4); MySQL's manual, "Grant Tables".
final class UserReader {
    private static final JsonMapper JSON = JsonMapper.shared();

    private UserReader() {}

    /// The account's users, its namesake first, then by name and host.
    static List<DatabaseUser> read(
            MysqlSession session, ServerVersion server, DatabaseOwnership ownership)
            throws MysqlException {
        List<DatabaseUser> users =
                server.mariaDb() && server.isAtLeast(10, 4, 0)
                        ? readGlobalPrivileges(session, ownership)
                        : readUserTable(session, server, ownership);
        String account = ownership.account().value();
        users.sort(
                Comparator.comparing((DatabaseUser user) -> !user.user().equals(account))
                        .thenComparing(DatabaseUser::user)
                        .thenComparing(DatabaseUser::host));
        return users;
    }

    private static List<DatabaseUser> readGlobalPrivileges(
            MysqlSession session, DatabaseOwnership ownership) throws MysqlException {
        List<DatabaseUser> users = new ArrayList<>();
        for (List<String> row :
                session.query(
                        "cannot read database users",
                        "SELECT User, Host, Priv FROM mysql.global_priv")) {
            if (ownership.ownsUser(row.get(0))) {
                JsonNode privileges = parse(row.get(0), row.get(2));
                if (!privileges.path("is_role").asBoolean(false)) {
                    users.add(user(row.get(0), row.get(1), privileges));
                }
            }
        }
        return users;
    }

    private static JsonNode parse(String user, String json) throws MysqlException {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            throw new MysqlException("damaged entry of user " + user + " in mysql.global_priv");
        }
    }

    /// A user with several ways to log in counts with the password that archives can carry.
    private static DatabaseUser user(String name, String host, JsonNode privileges) {
        JsonNode chosen = privileges;
        for (JsonNode way : privileges.path("auth_or")) {
            if (way.path("plugin").asString("").equals(DatabaseUser.NATIVE)
                    && DatabaseUser.NATIVE_HASH.matcher(hash(way)).matches()) {
                chosen = way;
                break;
            }
        }
        return new DatabaseUser(
                name,
                host,
                chosen.path("plugin").asString(DatabaseUser.NATIVE),
                ByteString.of(hash(chosen)));
    }

    private static String hash(JsonNode way) {
        return way.path("authentication_string").asString("");
    }

    private static List<DatabaseUser> readUserTable(
            MysqlSession session, ServerVersion server, DatabaseOwnership ownership)
            throws MysqlException {
        boolean ownColumn = server.mariaDb() || !server.isAtLeast(5, 7, 0);
        String hash =
                ownColumn
                        ? "IF(IFNULL(authentication_string, '') = '', Password,"
                                + " authentication_string)"
                        : "authentication_string";
        List<DatabaseUser> users = new ArrayList<>();
        for (List<String> row :
                session.query(
                        "cannot read database users",
                        "SELECT User, Host, IFNULL(plugin, ''), HEX("
                                + hash
                                + ") FROM mysql.user")) {
            if (ownership.ownsUser(row.get(0))) {
                byte[] bytes = java.util.HexFormat.of().parseHex(row.get(3));
                users.add(
                        new DatabaseUser(
                                row.get(0),
                                row.get(1),
                                plugin(row.get(2), bytes),
                                ByteString.of(bytes)));
            }
        }
        return users;
    }

    private static String plugin(String named, byte[] hash) {
        if (!named.isEmpty()) {
            return named;
        }
        String text = new String(hash, StandardCharsets.ISO_8859_1);
        return DatabaseUser.OLD_HASH.matcher(text).matches()
                ? "mysql_old_password"
                : DatabaseUser.NATIVE;
    }
}
