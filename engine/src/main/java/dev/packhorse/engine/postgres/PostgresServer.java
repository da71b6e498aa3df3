package dev.packhorse.engine.postgres;

import dev.packhorse.engine.mysql.DatabaseOwnership;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// One PostgreSQL server, asked as its administrator through `psql`. Safe for many threads.
public final class PostgresServer {
    private final PostgresSettings settings;
    private final PostgresPrograms programs;
    private final int version;

    private PostgresServer(PostgresSettings settings, PostgresPrograms programs, int version) {
        this.settings = settings;
        this.programs = programs;
        this.version = version;
    }

    /// What a look for a server found.
    ///
    /// @param reason why there is none, empty if there is
    public record Probe(Optional<PostgresServer> server, String reason) {}

    /// Looks for a server.
    public static Probe probe(PostgresSettings settings) {
        Optional<String> missing = PostgresPrograms.missing();
        if (missing.isPresent()) {
            return new Probe(Optional.empty(), "there is no program " + missing.get());
        }
        PostgresPrograms programs = new PostgresPrograms(settings);
        try {
            String number = programs.sql("postgres", "SHOW server_version_num;").get(0).get(0);
            return new Probe(
                    Optional.of(new PostgresServer(settings, programs, Integer.parseInt(number))),
                    "");
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return new Probe(Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    /// Whether the server answers now.
    public boolean isThere() {
        return probe(settings).server().isPresent();
    }

    /// The server's version as it numbers it, as 150020.
    public int version() {
        return version;
    }

    PostgresPrograms programs() {
        return programs;
    }

    PostgresSettings settings() {
        return settings;
    }

    /// The account's databases, sorted.
    ///
    /// @throws PostgresException if the server cannot be asked
    public List<String> databases(DatabaseOwnership ownership) throws IOException {
        return column("SELECT datname FROM pg_database WHERE datallowconn ORDER BY datname;")
                .stream()
                .filter(ownership::owns)
                .toList();
    }

    /// The account's roles, sorted, superusers left out: one of those is nobody's customer.
    ///
    /// @throws PostgresException if the server cannot be asked
    public List<PostgresRole> roles(DatabaseOwnership ownership) throws IOException {
        List<PostgresRole> roles = new ArrayList<>();
        for (List<String> row :
                programs.sql(
                        "postgres",
                        "SELECT rolname, rolcanlogin, coalesce(rolpassword, '') FROM pg_authid"
                                + " WHERE NOT rolsuper ORDER BY rolname;")) {
            if (ownership.ownsUser(row.getFirst())) {
                Optional<String> hash = Optional.of(row.get(2)).filter(PostgresRole::isHash);
                roles.add(new PostgresRole(row.getFirst(), row.get(1).equals("t"), hash));
            }
        }
        return roles;
    }

    /// What the account's roles, and everybody, may do with its databases, and with which settings
    /// they begin, but those that no archive may bring back.
    ///
    /// @param leftOut is told a sentence for each setting that no archive can hold
    /// @throws PostgresException if the server cannot be asked
    public List<DatabaseRule> rules(DatabaseOwnership ownership, Consumer<String> leftOut)
            throws IOException {
        List<DatabaseRule> rules = new ArrayList<>();
        for (List<String> row :
                programs.sql(
                        "postgres",
                        "SELECT datname, pg_get_userbyid(datdba), 'owner' FROM pg_database"
                                + " UNION SELECT datname, pg_get_userbyid(a.grantee),"
                                + " string_agg(a.privilege_type, ',') FROM pg_database,"
                                + " aclexplode(datacl) a WHERE a.grantee NOT IN (0, datdba)"
                                + " GROUP BY 1, 2 ORDER BY 1, 2;")) {
            if (ownership.owns(row.getFirst()) && ownership.ownsUser(row.get(1))) {
                rules.add(rule(row.getFirst(), row.get(1), row.get(2)));
            }
        }
        rules.addAll(closed(ownership));
        settings(
                        databases(ownership),
                        (database, odd) ->
                                leftOut.accept(
                                        "the setting of %s of database %s is none that an archive can hold, and was left out"
                                                .formatted(
                                                        odd,
                                                        database.replaceAll("\\p{Cntrl}", "?"))))
                .stream()
                .filter(setting -> setting.role().isEmpty() || ownership.ownsUser(setting.role()))
                .filter(setting -> SettingForm.mayBeArchived(setting.parameter()))
                .forEach(rules::add);
        return rules;
    }

    /// With which settings sessions with databases begin.
    ///
    /// Their owners can set values of any length, and of bytes that are no text: neither may cost
    /// others their answer, nor the rest of the settings theirs.
    ///
    /// @param databases those that are meant
    /// @param odd is told the database and the parameter of each that no statement can hold
    List<DatabaseRule.Setting> settings(List<String> databases, BiConsumer<String, String> odd)
            throws IOException {
        List<DatabaseRule.Setting> settings = new ArrayList<>();
        if (databases.isEmpty()) {
            return settings;
        }
        String those = String.join(", ", databases.stream().map(SqlName::text).toList());
        for (List<String> row :
                programs.sql(
                        "postgres",
                        "SELECT d.datname, coalesce(r.rolname, ''), CASE WHEN octet_length(c) <= "
                                + SettingForm.MOST_BYTES
                                + " THEN "
                                + hex("c")
                                + " ELSE '' END, "
                                + hex("split_part(c, '=', 1)")
                                + " FROM pg_db_role_setting s"
                                + " JOIN pg_database d ON d.oid = s.setdatabase"
                                + " LEFT JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c"
                                + " WHERE (s.setrole = 0 OR r.oid IS NOT NULL) AND d.datname IN ("
                                + those
                                + ") ORDER BY 1, 2, 3;")) {
            utf8(row.get(2))
                    .flatMap(kept -> SettingForm.ofCatalog(row.getFirst(), row.get(1), kept))
                    .ifPresentOrElse(
                            settings::add,
                            () ->
                                    odd.accept(
                                            row.getFirst(),
                                            utf8(row.get(3))
                                                    .orElse("?")
                                                    .replaceAll("\\p{Cntrl}", "?")));
        }
        return settings;
    }

    /// An expression for the bytes of a text as they lie in the catalog. What would convert them
    /// fails, with the whole answer, at the first that is not of the server's encoding; a server of
    /// none of these encodings has no text in UTF-8 there.
    private static String hex(String text) {
        return "CASE WHEN getdatabaseencoding() IN ('UTF8', 'SQL_ASCII')"
                + " THEN encode(replace(%1$s, '\\', '\\\\')::bytea, 'hex')".formatted(text)
                + " ELSE encode(convert_to(%1$s, 'UTF8'), 'hex') END".formatted(text);
    }

    private static Optional<String> utf8(String hex) {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex)))
                            .toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    private static DatabaseRule rule(String database, String role, String rights)
            throws PostgresException {
        return rights.equals("owner")
                ? new DatabaseRule.Owner(database, role)
                : new DatabaseRule.Grant(database, role, known(rights));
    }

    private static Set<DatabaseRule.Right> known(String rights) throws PostgresException {
        return DatabaseRule.Right.parse(rights)
                .orElseThrow(
                        () -> new PostgresException("unknown rights on a database: " + rights));
    }

    private List<DatabaseRule> closed(DatabaseOwnership ownership) throws IOException {
        List<DatabaseRule> closed = new ArrayList<>();
        for (List<String> row :
                programs.sql(
                        "postgres",
                        "SELECT datname, concat_ws(',',"
                                + " CASE WHEN bool_or(a.privilege_type = 'CONNECT') THEN NULL"
                                + " ELSE 'CONNECT' END,"
                                + " CASE WHEN bool_or(a.privilege_type = 'TEMPORARY') THEN NULL"
                                + " ELSE 'TEMPORARY' END) FROM pg_database LEFT JOIN LATERAL"
                                + " aclexplode(datacl) a ON a.grantee = 0 WHERE datacl IS NOT NULL"
                                + " GROUP BY datname ORDER BY datname;")) {
            if (ownership.owns(row.getFirst()) && !row.get(1).isEmpty()) {
                closed.add(new DatabaseRule.Closed(row.getFirst(), known(row.get(1))));
            }
        }
        return closed;
    }

    /// Which of the account's roles have the rights of which other ones of it.
    ///
    /// @throws PostgresException if the server cannot be asked
    public List<RoleFile.Membership> memberships(DatabaseOwnership ownership) throws IOException {
        return programs
                .sql(
                        "postgres",
                        "SELECT DISTINCT pg_get_userbyid(roleid), pg_get_userbyid(member) FROM"
                                + " pg_auth_members ORDER BY 1, 2;")
                .stream()
                .filter(row -> ownership.ownsUser(row.getFirst()) && ownership.ownsUser(row.get(1)))
                .map(row -> new RoleFile.Membership(row.getFirst(), row.get(1)))
                .toList();
    }

    /// How many tables a database has, partitioned ones included, the system's own not, nor those
    /// that its extensions make: a dump has the extension instead.
    ///
    /// @param login a role without rights of its own: a database is its owner's ground, where the
    ///   administrator has nothing to look for
    /// @throws PostgresException if the server cannot be asked
    long tables(PostgresPrograms.Login login, String database) throws IOException {
        return Long.parseLong(
                programs.sql(
                                login,
                                database,
                                "SELECT count(*) FROM pg_catalog.pg_class c"
                                        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                                        + " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%'"
                                        + " AND n.nspname <> 'information_schema' AND NOT EXISTS"
                                        + " (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.deptype = 'e'"
                                        + " AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
                                        + " AND d.objid = c.oid);")
                        .getFirst()
                        .getFirst());
    }

    private List<String> column(String sql) throws IOException {
        return programs.sql("postgres", sql).stream().map(List::getFirst).toList();
    }

    /// Makes or changes roles of an account, without any right beyond its own.
    ///
    /// @throws PostgresException if the server refuses; then none was changed
    public void restoreRoles(List<PostgresRole> roles) throws IOException {
        StringBuilder sql = new StringBuilder("BEGIN;\n");
        List<String> present = column("SELECT rolname FROM pg_roles;");
        for (PostgresRole role : roles) {
            String name = SqlName.quoted(role.name());
            if (!present.contains(role.name())) {
                sql.append("CREATE ROLE ").append(name).append(";\n");
            }
            sql.append("ALTER ROLE ")
                    .append(name)
                    .append(" NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS ")
                    .append(role.login() ? "LOGIN" : "NOLOGIN");
            role.passwordHash()
                    .ifPresent(hash -> sql.append(" PASSWORD ").append(SqlName.text(hash)));
            sql.append(";\n");
        }
        programs.sql("postgres", sql.append("COMMIT;\n").toString());
    }

    /// Whether a name is a role with every right, which no restore may touch.
    ///
    /// @throws PostgresException if the server cannot be asked
    public boolean isSuperuser(String role) throws IOException {
        return column("SELECT rolname FROM pg_roles WHERE rolsuper;").contains(role);
    }

    /// Lets roles use databases again, and each other's rights.
    ///
    /// @throws PostgresException if the server refuses
    public void restoreGrants(
            List<DatabaseRule.Grant> grants, List<RoleFile.Membership> memberships)
            throws IOException {
        programs.sql("postgres", RoleFile.renderGrants(List.copyOf(grants), memberships));
    }

    /// Removes the account's databases and roles for good; sessions with the databases are ended.
    ///
    /// @return how many databases there were
    /// @throws PostgresException if the server cannot be asked or refuses; what was removed before
    ///   is gone
    public int dropAll(DatabaseOwnership ownership) throws IOException {
        List<String> databases = databases(ownership);
        List<PostgresRole> roles = roles(ownership);
        for (String database : databases) {
            String name = SqlName.quoted(database);
            programs.sql("postgres", "ALTER DATABASE " + name + " ALLOW_CONNECTIONS false;");
            programs.sql(
                    "postgres",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                            + SqlName.text(database)
                            + ";");
            programs.sql("postgres", "DROP DATABASE IF EXISTS " + name + ";");
        }
        for (PostgresRole role : roles) {
            programs.sql("postgres", "DROP ROLE IF EXISTS " + SqlName.quoted(role.name()) + ";");
        }
        return databases.size();
    }

    /// Puts right what a killed dump or load left. Call it when none runs.
    ///
    /// @throws PostgresException if the server cannot be asked
    public void recover() throws IOException {
        PostgresLoad.recover(programs);
    }
}
