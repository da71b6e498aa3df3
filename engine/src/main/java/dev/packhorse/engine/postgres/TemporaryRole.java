package dev.packhorse.engine.postgres;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/// A role that exists for one dump or load. It is nobody's superuser and logs in with a password
/// that nobody else knows. One thread.
final class TemporaryRole implements AutoCloseable {
    static final String PREFIX = "packhorse_tmp_";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final PostgresPrograms programs;
    private final PostgresPrograms.Login login;

    private TemporaryRole(PostgresPrograms programs, PostgresPrograms.Login login) {
        this.programs = programs;
        this.login = login;
    }

    /// Makes one.
    ///
    /// @param memberOf roles whose rights it has
    static TemporaryRole create(PostgresPrograms programs, List<String> memberOf, Path staging)
            throws IOException {
        String name = PREFIX + random(8);
        Secret password = new Secret(random(24));
        StringBuilder sql = new StringBuilder();
        sql.append("CREATE ROLE ")
                .append(SqlName.quoted(name))
                .append(
                        " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 8 PASSWORD ")
                .append(SqlName.text(password.reveal()))
                .append(";\n");
        for (String role : memberOf) {
            sql.append("GRANT ")
                    .append(SqlName.quoted(role))
                    .append(" TO ")
                    .append(SqlName.quoted(name))
                    .append(";\n");
        }
        TemporaryRole role =
                new TemporaryRole(programs, new PostgresPrograms.Login(name, password, staging));
        try {
            programs.sql("postgres", sql.toString());
        } catch (IOException e) {
            role.close();
            throw e;
        }
        return role;
    }

    static String random(int bytes) {
        byte[] drawn = new byte[bytes];
        RANDOM.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    PostgresPrograms.Login login() {
        return login;
    }

    /// Ends what it still runs on the server and removes it; what it owns must have been given away
    /// or dropped.
    @Override
    public void close() throws IOException {
        programs.sql("postgres", remove(login.role()));
    }

    static String remove(String role) {
        return "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
                + SqlName.text(role)
                + ";\nDROP ROLE IF EXISTS "
                + SqlName.quoted(role)
                + ";\n";
    }
}
