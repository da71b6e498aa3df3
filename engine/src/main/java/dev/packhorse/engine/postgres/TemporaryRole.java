package dev.packhorse.engine.postgres;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/// A role that exists for one dump or load. It is nobody's superuser and logs in with a password
/// that nobody else knows. While it is in use a session of the administrator's bears its name, so
/// that another run can tell a left over role from one at work. One thread.
final class TemporaryRole implements AutoCloseable {
    static final String PREFIX = "packhorse_tmp_";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final PostgresPrograms programs;
    private final PostgresPrograms.Login login;
    private final WorkMark mark;

    private TemporaryRole(PostgresPrograms programs, PostgresPrograms.Login login, WorkMark mark) {
        this.programs = programs;
        this.login = login;
        this.mark = mark;
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
                new TemporaryRole(
                        programs,
                        new PostgresPrograms.Login(name, password, staging),
                        WorkMark.of(programs, name));
        try {
            programs.sql("postgres", sql.toString());
        } catch (IOException e) {
            role.giveUp(e);
            throw e;
        }
        return role;
    }

    private void giveUp(IOException failure) {
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /// What its databases are named with, so that they are known to be at work as it is.
    String suffix() {
        return login.role().substring(PREFIX.length());
    }

    private static String random(int bytes) {
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
        try {
            programs.sql("postgres", remove(login.role()));
        } finally {
            mark.close();
        }
    }

    static String remove(String role) {
        return "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
                + SqlName.text(role)
                + ";\nDROP ROLE IF EXISTS "
                + SqlName.quoted(role)
                + ";\n";
    }
}
