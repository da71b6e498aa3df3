package dev.packhorse.engine.component;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// What goes into an archive; the defaults leave out nothing.
///
/// @param skips what is left out
/// @param databases how much of each database is packed
/// @param mysqlVersion the oldest database server that must take the dumps, as `5.7`; empty for
///   this server's own version
/// @param obeysExcludeFiles whether the exclude files of the server and of the account count
/// @param complete whether a database that cannot be dumped fails its module instead of being left
///   out
public record PackOptions(
        Set<PackSkip> skips,
        DatabaseDepth databases,
        Optional<String> mysqlVersion,
        boolean obeysExcludeFiles,
        boolean complete) {
    /// Everything.
    public static final PackOptions ALL =
            new PackOptions(Set.of(), DatabaseDepth.ALL, Optional.empty(), false, false);

    public PackOptions {
        skips = Set.copyOf(skips);
    }

    /// The same without some data.
    public PackOptions without(Set<PackSkip> further) {
        EnumSet<PackSkip> all = EnumSet.noneOf(PackSkip.class);
        all.addAll(skips);
        all.addAll(further);
        return new PackOptions(all, databases, mysqlVersion, obeysExcludeFiles, complete);
    }

    /// The same with another share of each database.
    public PackOptions withDatabases(DatabaseDepth depth) {
        return new PackOptions(skips, depth, mysqlVersion, obeysExcludeFiles, complete);
    }

    /// The same for a database server of this version or later.
    public PackOptions withMysqlVersion(Optional<String> version) {
        return new PackOptions(skips, databases, version, obeysExcludeFiles, complete);
    }

    /// The same without what the exclude files name.
    public PackOptions obeyingExcludeFiles() {
        return new PackOptions(skips, databases, mysqlVersion, true, complete);
    }

    /// The same for an archive that must stand for all that its modules replace.
    public PackOptions completely() {
        return new PackOptions(skips, databases, mysqlVersion, obeysExcludeFiles, true);
    }

    /// The switch that keeps a module from packing, empty if it packs.
    public Optional<PackSkip> silencing(ComponentName module) {
        return skips.stream().filter(each -> each.silences(module)).sorted().findFirst();
    }
}
