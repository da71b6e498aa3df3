package dev.packhorse.engine.job;

/// Arguments of a PKGACCT job.
///
/// @param account whose archive is made
/// @param session the packaging session: names the log folder
/// @param folder the host's folder that receives `cpmove-USER.tar.gz`
/// @param compressed whether the archive is gzipped
/// @param skipHome leave out the home directory
/// @param skipDatabases leave out databases
/// @param skipZones leave out DNS zones
/// @param incremental bring the folder `cpmove-USER/` up to date instead of making a file; what it
///   holds unchanged is neither read nor copied
public record PkgacctArguments(
        String account,
        String session,
        String folder,
        boolean compressed,
        boolean skipHome,
        boolean skipDatabases,
        boolean skipZones,
        boolean incremental) {}
