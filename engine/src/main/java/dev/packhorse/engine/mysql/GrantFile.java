package dev.packhorse.engine.mysql;

import dev.packhorse.engine.posix.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The two files of an archive that hold database users: `mysql.sql` with grants and the old form
/// of hashes, `mysql.sql-auth.json` with hashes of every kind.
///
/// Source: archives of cPanel servers; their importers take `mysql.sql` only in this one shape.
public final class GrantFile {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String FIRST_LINE = "-- cPanel mysql backup\n";

    /// No password has this hash. It stands where the real one has no old form.
    private static final String NO_HASH = "*" + "0".repeat(40);

    private GrantFile() {}

    /// A user with what it may do.
    public record UserGrants(DatabaseUser user, List<Grant> grants) {
        public UserGrants {
            grants = List.copyOf(grants);
        }
    }

    /// What was found in the files.
    ///
    /// @param statements the grants that could be read, in order
    /// @param hashes user and host to how the password is checked
    /// @param refused lines that were not understood or not allowed, with the reason
    record Contents(
            List<GrantStatement> statements,
            Map<DumpedObject.Definer, DatabaseUser> hashes,
            List<String> refused) {}

    /// The text of `mysql.sql`; the account's own user is expected first.
    public static String render(List<UserGrants> users) {
        StringBuilder text = new StringBuilder(FIRST_LINE);
        for (UserGrants each : users) {
            DatabaseUser user = each.user();
            text.append("GRANT USAGE ON *.* TO ")
                    .append(SqlText.user(user.user(), user.host()))
                    .append(" IDENTIFIED BY PASSWORD '")
                    .append(oldHash(user))
                    .append("';\n");
            for (Grant grant : each.grants()) {
                text.append(grant.sql(user.user(), user.host())).append(";\n");
            }
        }
        return text.toString();
    }

    /// The names of the users that a `mysql.sql` speaks of, in lines that can be read.
    public static Set<String> names(String grants) {
        Set<String> names = new TreeSet<>();
        for (String line : grants.lines().map(String::strip).toList()) {
            try {
                names.add(GrantParser.parse(line).user());
            } catch (IllegalArgumentException _) {
                // a comment, or a line that restoring users tells of
            }
        }
        return names;
    }

    /// The users by name, each with those of some databases that its grants speak of.
    public static Map<String, Set<String>> used(
            List<UserGrants> users, Collection<String> databases) {
        Map<String, Set<String>> used = new TreeMap<>();
        for (UserGrants each : users) {
            Set<String> own = used.computeIfAbsent(each.user().user(), _ -> new TreeSet<>());
            for (Grant grant : each.grants()) {
                databases.stream().filter(grant.scope()::concerns).forEach(own::add);
            }
        }
        return used;
    }

    private static String oldHash(DatabaseUser user) {
        String hash = user.hashText();
        boolean old =
                DatabaseUser.NATIVE_HASH.matcher(hash).matches()
                        || DatabaseUser.OLD_HASH.matcher(hash).matches();
        return old ? hash : NO_HASH;
    }

    /// The text of `mysql.sql-auth.json`.
    public static String renderHashes(List<UserGrants> users) {
        ObjectNode root = JSON.createObjectNode();
        for (UserGrants each : users) {
            DatabaseUser user = each.user();
            ObjectNode hosts =
                    root.has(user.user())
                            ? (ObjectNode) root.get(user.user())
                            : root.putObject(user.user());
            hosts.putObject(user.host())
                    .put("auth_plugin", user.plugin())
                    .put(
                            "pass_hash",
                            HexFormat.of().withUpperCase().formatHex(user.hash().toBytes()));
        }
        return JSON.writeValueAsString(root);
    }

    /// Reads both files; either may be empty.
    ///
    /// @throws MysqlException if the hashes are not the JSON they should be
    static Contents parse(String grants, String hashes) throws MysqlException {
        List<GrantStatement> statements = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        List<String> lines = grants.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("--") || line.startsWith("#")) {
                continue;
            }
            try {
                statements.add(GrantParser.parse(line));
            } catch (IllegalArgumentException e) {
                refused.add("mysql.sql line " + (i + 1) + ": " + e.getMessage());
            }
        }
        Map<DumpedObject.Definer, DatabaseUser> known =
                new TreeMap<>(
                        java.util.Comparator.comparing(DumpedObject.Definer::user)
                                .thenComparing(DumpedObject.Definer::host));
        for (GrantStatement statement : statements) {
            statement
                    .hash()
                    .ifPresent(hash ->
                            known.put(
                                    new DumpedObject.Definer(statement.user(), statement.host()),
                                    fromStatement(statement, hash)));
        }
        readHashes(hashes, known, refused);
        return new Contents(statements, known, refused);
    }

    private static DatabaseUser fromStatement(GrantStatement statement, String hash) {
        // Damaged archives with a dash in place of the star exist.
        String repaired = hash.startsWith("-") ? "*" + hash.substring(1) : hash;
        String plugin =
                statement
                        .plugin()
                        .orElse(
                                DatabaseUser.OLD_HASH.matcher(repaired).matches()
                                        ? "mysql_old_password"
                                        : DatabaseUser.NATIVE);
        return new DatabaseUser(
                statement.user(), statement.host(), plugin, ByteString.of(repaired));
    }

    private static void readHashes(
            String json, Map<DumpedObject.Definer, DatabaseUser> known, List<String> refused)
            throws MysqlException {
        if (json.isBlank()) {
            return;
        }
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException e) {
            throw new MysqlException("mysql.sql-auth.json is not JSON");
        }
        for (Map.Entry<String, JsonNode> user : root.properties()) {
            for (Map.Entry<String, JsonNode> host : user.getValue().properties()) {
                try {
                    DatabaseUser read = fromJson(user.getKey(), host.getKey(), host.getValue());
                    known.put(read.definer(), read);
                } catch (IllegalArgumentException e) {
                    refused.add(
                            "mysql.sql-auth.json: hash of "
                                    + user.getKey()
                                    + "@"
                                    + host.getKey()
                                    + " is not hexadecimal");
                }
            }
        }
    }

    private static DatabaseUser fromJson(String user, String host, JsonNode entry) {
        String plugin = entry.path("auth_plugin").asString(DatabaseUser.NATIVE);
        String hex = entry.path("pass_hash").asString("");
        // Some writers put the bare hash of the native plug-in here.
        byte[] bytes =
                hex.length() == 40 && plugin.equals(DatabaseUser.NATIVE)
                        ? ("*" + hex.toUpperCase(java.util.Locale.ROOT))
                                .getBytes(StandardCharsets.US_ASCII)
                        : HexFormat.of().parseHex(hex);
        return new DatabaseUser(user, host, plugin, ByteString.of(bytes));
    }
}
