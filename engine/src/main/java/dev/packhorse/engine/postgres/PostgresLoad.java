package dev.packhorse.engine.postgres;

import dev.packhorse.engine.process.ChildOutput;
import dev.packhorse.engine.process.ChildResult;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Loads dumps of `pg_dump` into fresh databases, each of which then takes the place of the one of
/// its name in one transaction: the old one is there until the new one is whole. `pg_restore` logs
/// in as a role that owns the fresh database and has no other right, so that nothing in a dump can
/// reach further; it runs no commands of `psql`. One thread.
public final class PostgresLoad {
    private static final String FRESH = "packhorse_new_";
    private static final String ASIDE = "packhorse_old_";
    private static final int ATTEMPTS = 25;

    /// Of an archive: each costs a call of the server.
    private static final int MOST_SETTINGS = 100;

    private static final Pattern EXTENSION =
            Pattern.compile("\\d+; \\d+ \\d+ EXTENSION - (\\S+) *.*");

    private static final String IN_EVERY_DATABASE = "plpgsql";

    /// The first version that tells harmless extensions from others.
    private static final int DECLARES_TRUST = 130_000;

    private final PostgresServer server;
    private final PostgresPrograms programs;
    private final Path staging;
    private final Cancellation cancellation;
    private final List<String> notes = new ArrayList<>();

    /// @param staging a folder that only root can enter
    public PostgresLoad(PostgresServer server, Path staging, Cancellation cancellation) {
        this.server = server;
        this.programs = server.programs();
        this.staging = staging;
        this.cancellation = cancellation;
    }

    /// What a load made.
    ///
    /// @param tables how many tables
    /// @param notes what could not be restored, a sentence each
    public record Loaded(long tables, List<String> notes) {
        public Loaded {
            notes = List.copyOf(notes);
        }
    }

    /// Loads one.
    ///
    /// @param database the name it gets
    /// @param dump the file; an empty one stands for an empty database
    /// @param owner the role that owns it afterwards
    /// @param taken what a new database gives to everybody, and this one does not
    /// @param settings with which sessions with it begin, besides those of the database that it
    ///   replaces; one of these that the archive has otherwise is as the archive has it
    /// @param rights whether roles get the rights on single objects that the dump names them with;
    ///   not where roles came back under other names, since the old ones may be somebody's here
    /// @throws PostgresException if the dump cannot be loaded; then the database is as it was
    /// @throws IOException if the run was cancelled
    public Loaded load(
            String database,
            Path dump,
            String owner,
            Set<DatabaseRule.Right> taken,
            List<DatabaseRule.Setting> settings,
            boolean rights)
            throws IOException {
        notes.clear();
        String fresh = FRESH + TemporaryRole.random(8);
        long tables;
        try (TemporaryRole role = TemporaryRole.create(programs, List.of(), staging)) {
            try {
                create(fresh, role);
                if (Files.size(dump) > 0) {
                    fill(fresh, dump, role, rights);
                }
                tables = server.tables(role.login(), fresh);
                handOver(fresh, role.login().role(), owner, taken);
                set(fresh, database, owner, settings);
                exchange(fresh, database);
            } catch (IOException e) {
                drop(fresh, e);
                throw e;
            }
        }
        return new Loaded(tables, notes);
    }

    /// Tries whether a dump loads: into a fresh database that is removed again. A killed try is
    /// swept by [PostgresServer#recover]. No database of an account is touched.
    ///
    /// @param dump the file; an empty one stands for an empty database
    /// @return how many tables it made
    /// @throws PostgresException if the dump cannot be loaded
    /// @throws IOException if the run was cancelled
    public long tryOut(Path dump) throws IOException {
        notes.clear();
        String fresh = FRESH + TemporaryRole.random(8);
        try (TemporaryRole role = TemporaryRole.create(programs, List.of(), staging)) {
            create(fresh, role);
            try {
                if (Files.size(dump) > 0) {
                    fill(fresh, dump, role, true);
                }
                return server.tables(role.login(), fresh);
            } finally {
                programs.sql(
                        "postgres", "DROP DATABASE IF EXISTS " + SqlName.quoted(fresh) + ";\n");
            }
        }
    }

    private void create(String fresh, TemporaryRole role) throws IOException {
        programs.sql(
                "postgres",
                "CREATE DATABASE %s OWNER %s TEMPLATE template0 ENCODING 'UTF8';\nREVOKE CONNECT ON DATABASE %s FROM PUBLIC;\n"
                        .formatted(
                                SqlName.quoted(fresh),
                                SqlName.quoted(role.login().role()),
                                SqlName.quoted(fresh)));
    }

    private void fill(String fresh, Path dump, TemporaryRole role, boolean rights)
            throws IOException {
        List<String> contents = programs.contents(dump, cancellation);
        List<String> objects = new ArrayList<>();
        List<String> grants = new ArrayList<>();
        for (String entry : contents) {
            Matcher extension = EXTENSION.matcher(entry);
            if (extension.matches()) {
                if (mayBeAdded(extension.group(1))) {
                    objects.add(entry);
                }
            } else if (entry.matches("\\d+; \\d+ \\d+ (DEFAULT )?ACL .*")) {
                grants.add(entry);
            } else if (!entry.matches("\\d+; \\d+ \\d+ COMMENT - EXTENSION .*")
                    && !entry.matches("\\d+; \\d+ \\d+ (DATABASE|DATABASE PROPERTIES) .*")) {
                objects.add(entry);
            }
        }
        ChildResult result =
                restore(
                        fresh,
                        dump,
                        role,
                        objects,
                        List.of("--no-privileges", "--exit-on-error", "--single-transaction"));
        if (!result.succeeded()) {
            throw new PostgresException(result.errorSummary());
        }
        if (!rights && !grants.isEmpty()) {
            notes.add(
                    "rights on single objects name roles as they were called before, and were left out");
        } else if (!grants.isEmpty()) {
            ChildResult granted = restore(fresh, dump, role, grants, List.of());
            if (!granted.succeeded()) {
                notes.add(
                        "some rights on its objects were not restored: " + granted.errorSummary());
            }
        }
    }

    private ChildResult restore(
            String fresh, Path dump, TemporaryRole role, List<String> entries, List<String> more)
            throws IOException {
        Path list = staging.resolve("pg-restore.list");
        try {
            Files.write(list, entries);
            List<String> arguments = new ArrayList<>(more);
            arguments.addAll(
                    List.of("--format=tar", "--no-owner", "--use-list=" + list, dump.toString()));
            return programs.run(
                    role.login(), "pg_restore", fresh, arguments, ChildOutput.NONE, cancellation);
        } finally {
            Files.deleteIfExists(list);
        }
    }

    /// Only one that the server's own administrator has declared harmless: others are code that
    /// runs with every right. The owner of a database may add such by itself, so the dump's own
    /// entry does it, in its schema and behind that. Servers before 13 declare none; the language
    /// that is in every new database is in none of their owners' hands.
    private boolean mayBeAdded(String extension) throws IOException {
        if (extension.equals(IN_EVERY_DATABASE)) {
            return false;
        }
        boolean trusted =
                server.version() >= DECLARES_TRUST
                        && programs
                                .sql(
                                        "postgres",
                                        "SELECT DISTINCT name FROM pg_available_extension_versions WHERE trusted;")
                                .stream()
                                .anyMatch(row -> row.getFirst().equals(extension));
        if (!trusted) {
            notes.add(
                    "extension " + extension + " is not here, or only an administrator may add it");
        }
        return trusted;
    }

    private void handOver(String fresh, String role, String owner, Set<DatabaseRule.Right> taken)
            throws IOException {
        List<DatabaseRule.Right> everybody =
                DatabaseRule.Right.OF_EVERYBODY.stream()
                        .filter(right -> !taken.contains(right))
                        .toList();
        String name = SqlName.quoted(fresh);
        String open =
                everybody.isEmpty()
                        ? ""
                        : "GRANT %s ON DATABASE %s TO PUBLIC;\n"
                                .formatted(DatabaseRule.Right.list(everybody), name);
        programs.sql(
                fresh,
                "REASSIGN OWNED BY %s TO %s;\nDROP OWNED BY %s;\nREVOKE ALL ON DATABASE %s FROM PUBLIC;\n%sALTER DATABASE %s OWNER TO %s;\n"
                        .formatted(
                                SqlName.quoted(role),
                                SqlName.quoted(owner),
                                SqlName.quoted(role),
                                name,
                                open,
                                name,
                                SqlName.quoted(owner)));
    }

    /// What the replaced database has it keeps, whoever had set it; what the dump may have set on
    /// its way does not count. What an archive brings the owner sets, or the role whose it is, so
    /// that nothing can be set that they may not set.
    private void set(
            String fresh, String database, String owner, List<DatabaseRule.Setting> archived)
            throws IOException {
        programs.sql("postgres", "ALTER DATABASE " + SqlName.quoted(fresh) + " RESET ALL;\n");
        List<DatabaseRule.Setting> here =
                server.settings(
                        List.of(database),
                        (_, odd) -> notes.add("its setting of " + odd + " was not kept"));
        keep(here.stream().map(setting -> setting.of(fresh)).toList());
        List<DatabaseRule.Setting> missing =
                archived.stream().filter(setting -> !here.contains(setting)).toList();
        for (DatabaseRule.Setting setting : missing.stream().limit(MOST_SETTINGS).toList()) {
            if (SettingForm.mayBeArchived(setting.parameter())) {
                String by = setting.role().isEmpty() ? owner : setting.role();
                set(setting.of(fresh), "SET ROLE " + SqlName.quoted(by) + ";\n");
            } else {
                notes.add(
                        "its setting of %s is none that an archive may bring back"
                                .formatted(setting.parameter().replaceAll("\\p{Cntrl}", "?")));
            }
        }
        if (missing.size() > MOST_SETTINGS) {
            notes.add("it has %d settings, too many".formatted(missing.size()));
        }
    }

    /// All at once, or as many as the server takes.
    private void keep(List<DatabaseRule.Setting> settings) throws IOException {
        StringBuilder all = new StringBuilder("BEGIN;\n");
        settings.forEach(setting -> all.append(setting.sql()).append('\n'));
        try {
            programs.sql("postgres", all.append("COMMIT;\n").toString());
        } catch (PostgresException _) {
            for (DatabaseRule.Setting setting : settings) {
                set(setting, "");
            }
        }
    }

    /// One that the server refuses is told; the database is worth having without it.
    private void set(DatabaseRule.Setting setting, String before) throws IOException {
        try {
            programs.sql("postgres", before + setting.sql() + "\n");
        } catch (PostgresException e) {
            notes.add(
                    "its setting of %s was not kept: %s"
                            .formatted(setting.parameter(), e.getMessage()));
        }
    }

    /// Both renames are one transaction, so that a database set aside always has its successor. A
    /// client that comes back in between keeps the name taken, and is ended once more.
    private void exchange(String fresh, String database) throws IOException {
        String aside = ASIDE + TemporaryRole.random(8);
        boolean present = isThere(database);
        String renames =
                "BEGIN;\n"
                        + (present ? rename(database, aside) : "")
                        + rename(fresh, database)
                        + "COMMIT;\n";
        for (int attempt = 1; ; attempt++) {
            cancellation.check();
            try {
                programs.sql("postgres", endSessions(database) + renames);
                break;
            } catch (PostgresException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            }
        }
        if (present) {
            programs.sql("postgres", dropped(aside));
        }
    }

    private boolean isThere(String database) throws IOException {
        return !programs.sql(
                        "postgres",
                        "SELECT 1 FROM pg_database WHERE datname = " + SqlName.text(database) + ";")
                .isEmpty();
    }

    private static String rename(String from, String to) {
        return "ALTER DATABASE %s RENAME TO %s;\n"
                .formatted(SqlName.quoted(from), SqlName.quoted(to));
    }

    private static String endSessions(String database) {
        return "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                + SqlName.text(database)
                + ";\n";
    }

    private static String dropped(String database) {
        return endSessions(database)
                + "DROP DATABASE IF EXISTS "
                + SqlName.quoted(database)
                + ";\n";
    }

    private void drop(String fresh, IOException failure) {
        try {
            programs.sql("postgres", dropped(fresh));
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /// Drops what is half made, and databases whose successors have their places.
    static void recover(PostgresPrograms programs) throws IOException {
        for (List<String> row :
                programs.sql(
                        "postgres",
                        "SELECT datname FROM pg_database WHERE datname ~ '^("
                                + FRESH
                                + "|"
                                + ASIDE
                                + ")[0-9a-f]{16}$';")) {
            programs.sql("postgres", dropped(row.getFirst()));
        }
        for (List<String> row :
                programs.sql(
                        "postgres",
                        "SELECT rolname FROM pg_roles WHERE rolname ~ '^"
                                + TemporaryRole.PREFIX
                                + "[0-9a-f]{16}$';")) {
            programs.sql("postgres", TemporaryRole.remove(row.getFirst()));
        }
    }
}
