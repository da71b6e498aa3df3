package dev.packhorse.engine.system;

import java.util.List;
import java.util.stream.Collectors;

/// Of which databases a system backup has no dump, though it should: their last dumps lie in older
/// backups.
///
/// @param all whether it may be any: the server was not there, or too many were left out to be
///   named
/// @param databases the names, if they are known
public record DumpGaps(boolean all, List<String> databases) {
    /// A backup that has all.
    public static final DumpGaps NONE = new DumpGaps(false, List.of());

    /// A backup of a server whose databases could not be looked at.
    public static final DumpGaps ALL = new DumpGaps(true, List.of());

    private static final int MOST = 100;
    private static final int SHOWN = 5;

    public DumpGaps {
        databases = List.copyOf(databases);
    }

    /// A backup that lacks some.
    public static DumpGaps of(List<String> databases) {
        return databases.size() > MOST ? ALL : new DumpGaps(false, databases);
    }

    /// Whether anything is lacking.
    public boolean any() {
        return all || !databases.isEmpty();
    }

    /// Whether the backup lacks the dump of a database.
    public boolean has(String database) {
        return all || databases.contains(database);
    }

    /// What is lacking, as `the databases a, b`.
    public String text() {
        if (all) {
            return "the databases";
        }
        String names = databases.stream().limit(SHOWN).collect(Collectors.joining(", "));
        int more = databases.size() - SHOWN;
        return "the databases " + names + (more > 0 ? " and " + more + " more" : "");
    }
}
