package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import java.io.IOException;
import java.util.Set;

/// The PostgreSQL databases of an account, with their roles and what these may do.
public final class PostgresComponent implements AccountComponent {
    /// The module's name.
    public static final ComponentName NAME = new ComponentName("Postgres");

    @Override
    public ComponentName name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "Databases of PostgreSQL, their roles, passwords and grants";
    }

    /// A dump of PostgreSQL holds code of many languages, which only its maker can be asked about.
    @Override
    public boolean availableRestricted() {
        return false;
    }

    @Override
    public Set<ComponentName> restoreAfter() {
        return Set.of(Components.ACCOUNT, Components.HOMEDIR);
    }

    @Override
    public Set<String> members() {
        return Set.of("psql/", "psql_users.sql", "psql_grants.sql");
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink)
            throws ComponentException, IOException {
        return new PostgresPacking(context, sink).run();
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        requireVouchedFor(context);
        return new PostgresRestoring(context, source).run();
    }

    /// Whoever chooses the modules leaves this one out; a dump of a stranger runs code on the
    /// server while it is loaded.
    private static void requireVouchedFor(RestoreContext context) throws ComponentException {
        if (context.restricted()) {
            throw new ComponentException(
                    "PostgreSQL databases are not taken from an archive of unknown origin");
        }
    }

    @Override
    public Rehearsal rehearse(RestoreContext context, HostServices live, ArchiveSource source)
            throws ComponentException, IOException {
        requireVouchedFor(context);
        return new PostgresRestoring(context.on(live), source).rehearse();
    }
}
