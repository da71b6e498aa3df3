package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.DatabaseTrial;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// Stands in a drill for a module of databases: loads the dumps into databases that nobody has, on
/// the server that the module would restore into.
final class TriedDatabases extends BasicComponent {
    private final HostServices live;
    private final Kind kind;

    /// Tries the dumps of one kind of database.
    @FunctionalInterface
    interface Kind {
        /// Loads and drops them.
        ///
        /// @return empty if this server has no database server of the kind, which is told if there
        ///   are dumps
        Optional<DatabaseTrial.Tried> of(DatabaseTrial trial) throws IOException;
    }

    /// @param module whose place it takes
    /// @param live with the database servers
    TriedDatabases(AccountComponent module, HostServices live, Kind kind) {
        super(
                module.name(),
                module.summary(),
                module.availableRestricted(),
                module.restoreAfter(),
                module.members());
        this.live = live;
        this.kind = kind;
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) {
        throw new IllegalStateException("databases are tried, not packed");
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        DatabaseTrial trial =
                new DatabaseTrial(
                        live, source, context.staging(), context.log(), context.cancellation());
        Optional<DatabaseTrial.Tried> tried = kind.of(trial);
        if (!trial.failures().isEmpty()) {
            throw new ComponentException(String.join("; ", trial.failures()));
        }
        if (tried.isEmpty()) {
            return trial.notes().isEmpty()
                    ? RestoreReport.nothing()
                    : RestoreReport.absent(String.join("; ", trial.notes()));
        }
        return RestoreReport.done(
                Map.of("databases", tried.get().databases(), "tables", tried.get().tables()));
    }
}
