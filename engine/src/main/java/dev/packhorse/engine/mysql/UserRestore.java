package dev.packhorse.engine.mysql;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Makes database users as an archive says, with their old passwords.
final class UserRestore {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final MysqlSession session;
    private final ServerVersion server;
    private final String account;
    private final List<String> altered = new ArrayList<>();

    UserRestore(MysqlSession session, ServerVersion server, String account) {
        this.session = session;
        this.server = server;
        this.account = account;
    }

    /// Users that came back otherwise than they were.
    List<String> altered() {
        return altered;
    }

    /// Makes or changes a user; its privileges are those given and no others afterwards. Running it
    /// again gives the same end state.
    ///
    /// @throws MysqlException if the server refuses something
    void apply(GrantFile.UserGrants wanted) throws MysqlException {
        DatabaseUser user = wanted.user();
        String name = SqlText.user(user.user(), user.host());
        String what = "cannot restore database user " + user;
        String identified =
                identified(user)
                        .orElseGet(() -> {
                            altered.add(
                                    "database user "
                                            + user
                                            + " needs a new password: "
                                            + reason(user));
                            return "IDENTIFIED BY " + SqlText.string(randomPassword());
                        });
        session.execute(what, "CREATE USER IF NOT EXISTS " + name + " " + identified);
        session.execute(what, "ALTER USER " + name + " " + identified);
        session.execute(what, "REVOKE ALL PRIVILEGES, GRANT OPTION FROM " + name);
        for (Grant grant : wanted.grants()) {
            if (grant.scope() instanceof Grant.Databases) {
                session.execute(
                        "cannot grant to database user " + user,
                        grant.sql(user.user(), user.host()));
            }
        }
    }

    /// Grants on single tables and routines, which the server refuses while they do not exist.
    void applyNarrowGrants(GrantFile.UserGrants wanted) {
        DatabaseUser user = wanted.user();
        for (Grant grant : wanted.grants()) {
            if (grant.scope() instanceof Grant.Databases) {
                continue;
            }
            try {
                session.execute(
                        "cannot grant to database user " + user,
                        grant.sql(user.user(), user.host()));
            } catch (MysqlException e) {
                altered.add("a grant was left out: " + e.getMessage());
            }
        }
    }

    private Optional<String> identified(DatabaseUser user) {
        String hash = user.hashText();
        boolean usable =
                switch (user.plugin()) {
                    case DatabaseUser.NATIVE -> DatabaseUser.NATIVE_HASH.matcher(hash).matches();
                    case "mysql_old_password" ->
                            server.mariaDb() && DatabaseUser.OLD_HASH.matcher(hash).matches();
                    case "ed25519" ->
                            server.mariaDb()
                                    && hash.matches("[A-Za-z0-9+/]{43}")
                                    && hasPlugin(user);
                    case "unix_socket" -> server.mariaDb() && user.user().equals(account);
                    case "caching_sha2_password", "sha256_password" ->
                            !server.mariaDb() && !hash.isEmpty();
                    default -> false;
                };
        if (!usable) {
            return Optional.empty();
        }
        if (user.plugin().equals("unix_socket")) {
            return Optional.of("IDENTIFIED VIA unix_socket");
        }
        if (server.mariaDb()) {
            return Optional.of(
                    "IDENTIFIED VIA " + user.plugin() + " USING " + SqlText.string(hash));
        }
        // Hashes of the newer plug-ins hold any bytes; servers that have those take hexadecimal.
        boolean printable = hash.chars().allMatch(c -> c > ' ' && c < 0x7f);
        return Optional.of(
                "IDENTIFIED WITH '"
                        + user.plugin()
                        + "' AS "
                        + (printable
                                ? SqlText.string(hash)
                                : "0x" + HexFormat.of().formatHex(user.hash().toBytes())));
    }

    private boolean hasPlugin(DatabaseUser user) {
        try {
            return !session.column(
                            "cannot list plug-ins",
                            "SELECT PLUGIN_NAME FROM information_schema.PLUGINS WHERE PLUGIN_NAME ="
                                    + " ? AND PLUGIN_STATUS = 'ACTIVE'",
                            user.plugin())
                    .isEmpty();
        } catch (MysqlException e) {
            return false;
        }
    }

    private static String reason(DatabaseUser user) {
        return user.hash().length() == 0
                ? "the archive has none for it"
                : "this server has no use for a hash of " + user.plugin();
    }

    /// Nobody knows it, so nobody can log in with it.
    static String randomPassword() {
        byte[] bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        // All kinds of characters, for servers that check the strength of passwords.
        return "Aa1-" + HexFormat.of().formatHex(bytes);
    }
}
