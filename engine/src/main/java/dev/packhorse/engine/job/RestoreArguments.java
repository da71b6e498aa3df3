package dev.packhorse.engine.job;

import java.util.List;

/// Arguments of a RESTORE job. The archive is either a restore point (`restorePoint`,
/// `destination`) or a file (`archivePath`, not empty).
///
/// @param account the account's name
/// @param restorePoint the date, `YYYY-MM-DD`
/// @param destination the destination's id, `local` for the backup directory
/// @param archivePath the host's path of an archive that somebody put there; empty for a restore
///   point
/// @param origin which door it came through; decides in which lists it is shown
/// @param giveIp give the account an address of its own
/// @param mailConfig restore mail configuration
/// @param mysql restore databases
/// @param subdomains restore sub-domains
/// @param only module names to restore, empty for all
/// @param without module names to leave out
/// @param trusted whether root vouches for an archive that carries no MAC of this server
/// @param deleteArchive remove the file at `archivePath` after a restore without failure
/// @param session the transfer session whose log it writes
public record RestoreArguments(
        String account,
        String restorePoint,
        String destination,
        String archivePath,
        Origin origin,
        boolean giveIp,
        boolean mailConfig,
        boolean mysql,
        boolean subdomains,
        List<String> only,
        List<String> without,
        boolean trusted,
        boolean deleteArchive,
        String session) {
    public RestoreArguments {
        only = List.copyOf(only);
        without = List.copyOf(without);
    }

    /// The doors through which a restore is asked for.
    public enum Origin {
        /// `restore_queue_add_task`: the restore queue of the API.
        QUEUE,
        /// `restoreaccount`.
        ACCOUNT,
        /// `start_local_cpmove_restore`.
        LOCAL_CPMOVE
    }
}
