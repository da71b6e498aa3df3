package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.mysql.CreateFile;
import dev.packhorse.engine.mysql.LoadRequest;
import dev.packhorse.engine.mysql.MysqlDumpRefused;
import dev.packhorse.engine.mysql.MysqlException;
import dev.packhorse.engine.mysql.MysqlLoad;
import dev.packhorse.engine.postgres.PostgresException;
import dev.packhorse.engine.postgres.PostgresLoad;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/// Tries whether the database dumps of an archive load, each into a database of its own that is
/// removed at once. No database and no user of an account is touched. One thread.
public final class DatabaseTrial {
    private static final Pattern TRIAL = Pattern.compile("trial-[0-9a-f-]{36}");

    private final HostServices services;
    private final ArchiveSource source;
    private final Path staging;
    private final SessionLog log;
    private final Cancellation cancellation;
    private final List<String> failures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /// @param services with the servers that the databases are loaded into
    /// @param staging a folder only root can enter
    public DatabaseTrial(
            HostServices services,
            ArchiveSource source,
            Path staging,
            SessionLog log,
            Cancellation cancellation) {
        this.services = services;
        this.source = source;
        this.staging = staging;
        this.log = log;
        this.cancellation = cancellation;
    }

    /// What was tried of one kind of database.
    ///
    /// @param databases how many dumps loaded
    /// @param tables how many tables they made
    public record Tried(long databases, long tables) {}

    /// Tries the dumps of MySQL and MariaDB.
    ///
    /// @return empty if there is no such server here
    /// @throws IOException if the archive cannot be read, or the run was cancelled
    public Optional<Tried> mysql() throws IOException {
        SortedMap<String, Path> dumps = dumps("mysql", List.of(".sql", ".sql.gz"));
        return services.mysql().isPresent()
                ? Optional.of(all(dumps, this::tryMysql))
                : untried("MySQL", dumps);
    }

    /// Tries the dumps of PostgreSQL.
    ///
    /// @return empty if there is no such server here
    /// @throws IOException if the archive cannot be read, or the run was cancelled
    public Optional<Tried> postgres() throws IOException {
        SortedMap<String, Path> dumps = dumps("psql", List.of(".tar"));
        return services.postgres().isPresent()
                ? Optional.of(all(dumps, this::tryPostgres))
                : untried("PostgreSQL", dumps);
    }

    private Optional<Tried> untried(String server, SortedMap<String, Path> dumps) {
        if (!dumps.isEmpty()) {
            notes.add(
                    "%d %s databases were not tried: there is no server here"
                            .formatted(dumps.size(), server));
        }
        return Optional.empty();
    }

    /// Dumps that did not load, a sentence each.
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /// What was not tried, a sentence each.
    public List<String> notes() {
        return List.copyOf(notes);
    }

    private SortedMap<String, Path> dumps(String folder, List<String> endings) {
        SortedMap<String, Path> found = new TreeMap<>();
        for (String file : source.names(folder)) {
            for (String ending : endings) {
                if (file.endsWith(ending)) {
                    Optional<Path> dump = source.file(folder + "/" + file);
                    dump.ifPresent(path ->
                            found.put(file.substring(0, file.length() - ending.length()), path));
                }
            }
        }
        return found;
    }

    @FunctionalInterface
    private interface Attempt {
        /// @return how many tables there were
        long run(String database, Path dump) throws IOException;
    }

    private Tried all(SortedMap<String, Path> dumps, Attempt attempt) throws IOException {
        long databases = 0;
        long tables = 0;
        for (Map.Entry<String, Path> dump : dumps.entrySet()) {
            cancellation.check();
            log.begin("Loading database " + dump.getKey() + " into an empty one...");
            try {
                tables += attempt.run(dump.getKey(), dump.getValue());
                databases++;
                log.done("Done");
            } catch (MysqlException | MysqlDumpRefused | PostgresException e) {
                log.done("Failed");
                failures.add("database " + dump.getKey() + ": " + reason(e));
            }
        }
        return new Tried(databases, tables);
    }

    /// The name that the database had for the while tells nobody anything.
    private static String reason(IOException failure) {
        return TRIAL.matcher(String.valueOf(failure.getMessage())).replaceAll("of the trial");
    }

    private long tryMysql(String database, Path dump) throws IOException {
        String create = source.text("mysql/" + database + ".create").orElse("");
        LoadRequest request =
                new LoadRequest(
                        database,
                        "trial-" + UUID.randomUUID(),
                        dump,
                        CreateFile.parse(create),
                        List.of(),
                        List.of(),
                        staging,
                        cancellation);
        return new MysqlLoad(services.mysql().orElseThrow()).tryOut(request).tables();
    }

    private long tryPostgres(String database, Path dump) throws IOException {
        return new PostgresLoad(services.postgres().orElseThrow(), staging, cancellation)
                .tryOut(dump);
    }
}
