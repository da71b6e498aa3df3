package dev.packhorse.engine.daemon;

/// What a one-shot packing is asked for.
///
/// @param account the account's name, as typed
/// @param folder the host's folder that receives the archive; empty for the one that holds the
///   account's home
/// @param compressed whether the archive is gzipped
/// @param skipHome leave out the home directory
/// @param skipDatabases leave out databases
/// @param skipZones leave out DNS zones
/// @param serialized tell the log in the lines of JSON that are kept of it, not as text
public record PackRequest(
        String account,
        String folder,
        boolean compressed,
        boolean skipHome,
        boolean skipDatabases,
        boolean skipZones,
        boolean serialized) {}
