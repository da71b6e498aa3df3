package dev.packhorse.engine.job;

import dev.packhorse.engine.component.DatabaseDepth;
import dev.packhorse.engine.component.PackOptions;
import dev.packhorse.engine.component.PackSkip;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Arguments of a PKGACCT job.
///
/// @param account whose archive is made
/// @param session the packaging session: names the log folder
/// @param folder the host's folder that receives the archive
/// @param naming how the archive is called
/// @param zone the zone of the date in a name, as `Europe/Paris`
/// @param compressed whether the archive is gzipped
/// @param skips what is left out, in the order of the switches
/// @param databases how much of each database is packed
/// @param mysqlVersion the oldest database server that must take the dumps; empty for this one
/// @param partBytes the size of the parts that the archive is split into, 0 for a single file
/// @param lowPriority whether everything else on the server goes first
/// @param incremental bring the folder `cpmove-USER/` up to date instead of making a file; what it
///   holds unchanged is neither read nor copied
/// @param useBackups whether what has not changed is taken over from the newest scheduled archive,
///   where the names allow it; null in jobs of earlier versions, for no
public record PkgacctArguments(
        String account,
        String session,
        String folder,
        ArchiveNaming naming,
        String zone,
        boolean compressed,
        List<PackSkip> skips,
        DatabaseDepth databases,
        String mysqlVersion,
        long partBytes,
        boolean lowPriority,
        boolean incremental,
        @Nullable Boolean useBackups) {
    public PkgacctArguments {
        skips = List.copyOf(skips);
        useBackups = Boolean.TRUE.equals(useBackups);
    }

    /// Whether an earlier archive may be of use: each member begins with the top folder, and that
    /// of scheduled archives is the account's name.
    boolean mayTakeOver() {
        return Boolean.TRUE.equals(useBackups) && naming == ArchiveNaming.BACKUP && !incremental;
    }

    /// The same for a session.
    public PkgacctArguments withSession(String id) {
        return new PkgacctArguments(
                account,
                id,
                folder,
                naming,
                zone,
                compressed,
                skips,
                databases,
                mysqlVersion,
                partBytes,
                lowPriority,
                incremental,
                useBackups);
    }

    /// What goes into the archive. Exclude files do not count: an archive that moves an account
    /// holds all of it.
    PackOptions options() {
        EnumSet<PackSkip> left = EnumSet.noneOf(PackSkip.class);
        left.addAll(skips);
        Optional<String> version =
                mysqlVersion.isEmpty() ? Optional.empty() : Optional.of(mysqlVersion);
        return PackOptions.ALL.without(left).withDatabases(databases).withMysqlVersion(version);
    }
}
