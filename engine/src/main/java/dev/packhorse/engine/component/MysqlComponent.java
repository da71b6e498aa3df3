package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.host.DatabaseMapFile;
import java.io.IOException;
import java.util.Set;

/// The MySQL and MariaDB databases of an account, with their users and what these may do.
public final class MysqlComponent implements AccountComponent {
    /// The module's name.
    public static final ComponentName NAME = new ComponentName("Mysql");

    @Override
    public ComponentName name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "Databases of MySQL or MariaDB, their users, passwords and grants";
    }

    @Override
    public boolean availableRestricted() {
        return true;
    }

    @Override
    public Set<ComponentName> restoreAfter() {
        return Set.of(new ComponentName("Account"), new ComponentName("Homedir"));
    }

    @Override
    public Set<String> members() {
        return Set.of(
                "mysql/",
                "mysql.sql",
                "mysql.sql-auth.json",
                "mysql-timestamps/",
                DatabaseMapFile.MEMBER);
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink)
            throws ComponentException, IOException {
        return new MysqlPacking(context, sink).run();
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        return new MysqlRestoring(context, source).run();
    }

    @Override
    public Rehearsal rehearse(RestoreContext context, HostServices live, ArchiveSource source)
            throws ComponentException, IOException {
        return new MysqlRestoring(context.on(live), source).rehearse();
    }
}
