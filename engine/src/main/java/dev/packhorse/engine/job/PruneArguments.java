package dev.packhorse.engine.job;

/// Arguments of a PRUNE job.
///
/// @param destination the destination's id, `local` for the backup directory
/// @param account only this account, empty for all
/// @param confirm whether somebody confirmed that the clock is right and that much may go
/// @param force whether the last copy of the account may go where no rule keeps it; needs an
///   account
/// @param forgetMissing whether points whose archives are gone are dropped from the catalog, as
///   long as others are there
/// @param run the id of the RUN job whose uploads are waited for, empty to wait for none
/// @param session the session whose log it writes, empty for a new one
public record PruneArguments(
        String destination,
        String account,
        boolean confirm,
        boolean force,
        boolean forgetMissing,
        String run,
        String session) {
    public PruneArguments {
        if (force && account.isEmpty()) {
            throw new IllegalArgumentException("only a named account can lose its last copy");
        }
    }
}
