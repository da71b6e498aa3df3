package dev.packhorse.engine.postgres;

import dev.packhorse.engine.mysql.DatabaseOwnership;
import java.io.IOException;
import java.util.List;

/// Keeps the roles of an account from logging in, and lets them again. Sessions that are open go
/// on. Safe for many threads.
public final class RoleLocks {
    private final PostgresServer server;

    public RoleLocks(PostgresServer server) {
        this.server = server;
    }

    /// The account's roles that may log in.
    ///
    /// @throws PostgresException if the server cannot be asked
    public List<String> open(DatabaseOwnership ownership) throws IOException {
        return server.roles(ownership).stream()
                .filter(PostgresRole::login)
                .map(PostgresRole::name)
                .toList();
    }

    /// Locks or unlocks roles of the account; those that are so already, or are gone, are fine.
    ///
    /// @throws PostgresException if the server cannot be asked, or refuses; then none was changed
    public void set(DatabaseOwnership ownership, List<String> roles, boolean locked)
            throws IOException {
        StringBuilder sql = new StringBuilder("BEGIN;\n");
        for (PostgresRole role : server.roles(ownership)) {
            if (roles.contains(role.name())) {
                sql.append("ALTER ROLE ")
                        .append(SqlName.quoted(role.name()))
                        .append(locked ? " NOLOGIN;\n" : " LOGIN;\n");
            }
        }
        server.programs().sql("postgres", sql.append("COMMIT;\n").toString());
    }
}
