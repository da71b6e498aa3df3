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
/// @param replaced of an archive that stands for what a restore replaces: the databases that fail
///   their module if they cannot be dumped; others are left out, be they all of them. Empty for a
///   backup
public record PackOptions(
        Set<PackSkip> skips,
        DatabaseDepth databases,
        Optional<String> mysqlVersion,
        boolean obeysExcludeFiles,
        Optional<ReplacedDatabases> replaced) {
    /// Everything.
    public static final PackOptions ALL =
            new PackOptions(Set.of(), DatabaseDepth.ALL, Optional.empty(), false, Optional.empty());

    public PackOptions {
        skips = Set.copyOf(skips);
    }

    /// The same without some data.
    public PackOptions without(Set<PackSkip> further) {
        EnumSet<PackSkip> all = EnumSet.noneOf(PackSkip.class);
        all.addAll(skips);
        all.addAll(further);
        return new PackOptions(all, databases, mysqlVersion, obeysExcludeFiles, replaced);
    }

    /// The same with another share of each database.
    public PackOptions withDatabases(DatabaseDepth depth) {
        return new PackOptions(skips, depth, mysqlVersion, obeysExcludeFiles, replaced);
    }

    /// The same for a database server of this version or later.
    public PackOptions withMysqlVersion(Optional<String> version) {
        return new PackOptions(skips, databases, version, obeysExcludeFiles, replaced);
    }

    /// The same without what the exclude files name.
    public PackOptions obeyingExcludeFiles() {
        return new PackOptions(skips, databases, mysqlVersion, true, replaced);
    }

    /// The same for an archive that must stand for what a restore replaces.
    public PackOptions beforeReplacing(ReplacedDatabases those) {
        return new PackOptions(
                skips, databases, mysqlVersion, obeysExcludeFiles, Optional.of(those));
    }

    /// The switch that keeps a module from packing, empty if it packs.
    public Optional<PackSkip> silencing(ComponentName module) {
        return skips.stream().filter(each -> each.silences(module)).sorted().findFirst();
    }
}
