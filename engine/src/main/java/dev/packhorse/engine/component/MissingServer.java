package dev.packhorse.engine.component;

import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Of a database server that was not found although something speaks for one, so that an account
/// must not pass for one without databases. Stateless.
public final class MissingServer {
    private MissingServer() {}

    /// What is missing of MySQL or MariaDB, a sentence; empty if the server is there, or nothing
    /// speaks for one or for databases of the account.
    public static Optional<String> mysql(
            DatabaseSearch.Found<?> found, AccountName account, HostServices services)
            throws IOException {
        return said(
                found,
                "MySQL or MariaDB",
                "mysql.enabled",
                () -> MappedDatabases.mysql(account, services).isAnyMapped());
    }

    /// The same of PostgreSQL.
    public static Optional<String> postgres(
            DatabaseSearch.Found<?> found, AccountName account, HostServices services)
            throws IOException {
        return said(
                found,
                "PostgreSQL",
                "postgres.enabled",
                () -> MappedDatabases.postgres(account, services).isAnyMapped());
    }

    /// What a module packed that found no server.
    ///
    /// @param replaces whether a restore is about to replace one of the server's databases
    /// @throws ComponentException if it is: the archive must hold them
    static PackReport report(
            PackContext context, Optional<String> missing, Predicate<ReplacedDatabases> replaces)
            throws ComponentException {
        if (missing.isEmpty()) {
            return PackReport.EMPTY;
        }
        if (context.options().replaced().filter(replaces).isPresent()) {
            throw new ComponentException(missing.get());
        }
        return PackReport.EMPTY.leavingOut(
                List.of("the account's databases are left out: " + missing.get()));
    }

    @FunctionalInterface
    private interface Question {
        boolean answer() throws IOException;
    }

    private static Optional<String> said(
            DatabaseSearch.Found<?> found, String kind, String setting, Question mapped)
            throws IOException {
        if (found.server().isPresent() || found.sign() == DatabaseSearch.Sign.SWITCHED_OFF) {
            return Optional.empty();
        }
        if (found.sign() == DatabaseSearch.Sign.NONE && !mapped.answer()) {
            return Optional.empty();
        }
        return Optional.of(
                "no %s server can be used (%s), and something speaks for one: start it or put its settings right, or, if there is none any more, set %s: off"
                        .formatted(kind, found.reason(), setting));
    }
}
